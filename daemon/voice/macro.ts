import type { ClockWord, MessageKind, PhraseName, PromptName, SeriesName } from './prompt-name.ts';

/**
 * A phrase macro of FreeSWITCH (`switch_ivr_play_say.c`,
 * `switch_ivr_phrase_macro_event`): data in, prompts out. The same rules are
 * written as XML for FreeSWITCH (phrases.ts) and followed here.
 */
export interface Macro {
  readonly name: string;
  /** The first that fits decides. */
  readonly rules: readonly Rule[];
}

export interface Rule {
  /**
   * What the data must look like, in what PCRE and JavaScript have in common;
   * undefined fits anything, unread. FreeSWITCH expands `${…}` in data it reads
   * (so a macro must never read what a caller wrote).
   */
  readonly pattern?: string;
  /** A channel variable that is looked at in place of the data: `vx_plan`. */
  readonly of?: string;
  readonly steps: readonly Step[];
}

export type Step = Play | { readonly macro: string; readonly data: string };

interface Play {
  readonly play: PhraseName | ClockWord | `${SeriesName}-${Group}` | `${Counted}-${Group}`;
}

/** What the pattern caught: digits, or a word of a closed list. */
type Group = '$1' | '$2' | '$3' | '$4';
type Counted = 'no' | 'one' | 'many' | 'message';

/** What FreeSWITCH plays for this macro and data, on a call with no variables; empty where no rule fits. */
export function spoken(macros: readonly Macro[], name: string, data: string): PromptName[] {
  for (const { pattern, of, steps } of macros.find((macro) => macro.name === name)?.rules ?? []) {
    if (of !== undefined) continue;
    const groups = new RegExp(pattern ?? '').exec(data);
    if (groups === null) continue;
    const filled = (text: string) =>
      text.replace(/\$(\d)/g, (_, group: string) => groups[Number(group)] ?? '');
    return steps.flatMap((step) =>
      'play' in step
        ? [filled(step.play) as PromptName]
        : spoken(macros, step.macro, filled(step.data)),
    );
  }
  return [];
}

/** The kinds of message a count may be of, as a group of a pattern. */
export const MESSAGE_KINDS = `(${(['new', 'urgent-new', 'saved'] satisfies MessageKind[]).join('|')})`;
