import { epochMs } from '../../common/time.ts';
import type { Language } from '../routing/directory.ts';
import { clockOf } from './clock.ts';
import { inEnglish } from './english.ts';
import { type KnownCall, type PromptText, story } from './story.ts';
import { inSwedish } from './swedish.ts';

/** Why a call went where it went, in sentences. */
export function explain(
  call: KnownCall,
  zone: string,
  language: Language,
  textOf: PromptText,
): readonly string[] {
  const told = call.decisions[0]?.at ?? call.legs[0]?.startedAt ?? epochMs(0);
  const clock = clockOf(zone, language, told);
  const say = language === 'sv' ? inSwedish : inEnglish;
  return story(call, textOf).map((point) => say(point, clock));
}
