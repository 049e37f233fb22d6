import { create } from 'xmlbuilder2';
import type { Language } from '../routing/directory.ts';
import type { Macro, Rule } from './macro.ts';
import { timeMacros } from './spoken-time.ts';
import { KEY_MACRO, VOICEMAIL_MACROS } from './voicemail-macros.ts';

/** Every macro of a language: mod_voicemail's and those of ours they lean on. */
export function macros(language: Language): readonly Macro[] {
  return [
    ...Object.entries(VOICEMAIL_MACROS).map(([name, rules]) => ({ name, rules })),
    KEY_MACRO,
    ...timeMacros(language),
  ];
}

/**
 * The language as FreeSWITCH reads it: a file for the section `languages`.
 *
 * It plays files under `$${vaxel_prompts}/<language>/` and nothing else, so
 * neither a say module nor a speech engine is needed.
 */
export function phrasesXml(language: Language): string {
  const root = create().ele('include');
  const parent = root.ele('language', { name: language }).ele('phrases').ele('macros');
  for (const { name, rules } of macros(language)) {
    const macro = parent.ele('macro', { name, pause: PAUSE_MS });
    for (const rule of rules) {
      const match = macro.ele('input', input(rule)).ele('match');
      for (const step of rule.steps) {
        match.ele(
          'action',
          'play' in step
            ? { function: 'play-file', data: `$\${vaxel_prompts}/${language}/${step.play}.wav` }
            : { function: 'phrase', phrase: step.macro, data: step.data },
        );
      }
    }
  }
  return `${root.end({ prettyPrint: true, headless: true })}\n`;
}

/** Without a pattern FreeSWITCH would still expand the data; a constant field keeps it unread. */
function input({ pattern, of }: Rule): Record<string, string> {
  if (pattern === undefined) return { field: '-' };
  const field = of === undefined ? {} : { field: `\${${of}}` };
  return { ...field, pattern, break_on_match: 'true' };
}

/** Between two prompts, in milliseconds; FreeSWITCH's own default of 100 sounds halting. */
const PAUSE_MS = 40;
