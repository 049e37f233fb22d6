import type { EndsAs, EndWord } from '../../common/activity.ts';
import { type EpochMs, epochMs } from '../../common/time.ts';
import { dayOf, daysAfter } from '../calendar/calendar-date.ts';
import { localTime, momentOf } from '../calendar/local-time.ts';
import type { WorkingHours } from '../calendar/working-hours.ts';
import type { Language } from '../routing/directory.ts';
import type { Choice } from './choices.ts';
import { inEnglish } from './in-english.ts';
import { inSwedish } from './in-swedish.ts';
import { type ReturnTime, returnTime } from './return-time.ts';
import { speakable } from './speakable.ts';
import type { ReferralWording } from './wording.ts';

/** Whose absence, what it is, and until when. */
export interface Absence {
  /** The person's, as written. */
  readonly name: string;
  readonly phrase: AbsencePhrase;
  readonly end: EpochMs | undefined;
  readonly now: EpochMs;
  /** IANA name; the person's. */
  readonly zone: string;
  /** Undefined for somebody who is there at any hour. */
  readonly hours: WorkingHours | undefined;
  readonly language: Language;
  /** In the order they are said. */
  readonly choices: readonly Choice[];
}

/** An activity in the caller's language. */
export interface AbsencePhrase {
  /** What colleagues read: "Lunch". */
  readonly label: string;
  /** Follows the name: "är på lunch". Undefined or empty: for colleagues' eyes only, and nothing is spoken. */
  readonly spoken: string | undefined;
  /** Spoken instead. */
  readonly public: string | undefined;
  /** Neither label nor phrase is told. */
  readonly private: boolean;
  readonly endsAs: EndsAs;
  readonly endWord: EndWord | undefined;
}

export interface Referral {
  /** In their order; empty where nothing is to be said. */
  readonly parts: readonly SpokenPart[];
  /** For the display of a colleague's phone: "Lunch till 13:00". May hold anything that a label does. */
  readonly shown: string;
}

/** One prompt. The person's own recording stands for a `name` where there is one. */
export interface SpokenPart {
  readonly kind: 'name' | 'phrase' | 'end' | 'choice';
  readonly text: string;
}

/** "Anna Berg · är på lunch, · åter klockan tretton. · Tryck ett för att lämna ett meddelande." */
export function referralOf(absence: Absence): Referral {
  const { phrase, choices } = absence;
  const wording = WORDINGS[absence.language];
  const end = endOf(absence);
  const shown = [
    shownLabel(phrase, absence.language),
    end === undefined ? '' : wording.shownEnd(end),
  ];
  return {
    parts: isSpoken(phrase) ? [...sentence(absence, end, wording), ...menu(choices, wording)] : [],
    shown: shown.filter((each) => each !== '').join(' '),
  };
}

/** The label as colleagues read it: of what is private, that somebody is absent and no more (N15). */
export const shownLabel = (
  { label, private: isPrivate }: Pick<AbsencePhrase, 'label' | 'private'>,
  language: Language,
): string => (isPrivate ? WORDINGS[language].absent : label.replace(/[\p{C}\s]+/gu, ' ').trim());

/**
 * Every referral from now to the end: what is "måndag" today is "i morgon" on
 * Sunday. Each holds until the next; so all can be made into sound ahead of
 * any call.
 */
export function referralsFrom(
  absence: Absence,
): readonly { readonly from: EpochMs; readonly referral: Referral }[] {
  const { now, end: over, zone } = absence;
  const end = endOf(absence);
  const turns: EpochMs[] = [];
  if (end !== undefined && over !== undefined) {
    const { day } = localTime(end.moment, zone);
    const days = [day, daysAfter(day, -1), daysAfter(day, -6), dayOf(end.date.year, 1, 1)];
    turns.push(...days.map((each) => momentOf(each, 0, zone)).filter((at) => at < over), over);
  }
  return [now, ...new Set(turns.filter((at) => at > now).toSorted((a, b) => a - b))].map(
    (from) => ({ from, referral: referralOf({ ...absence, now: epochMs(from) }) }),
  );
}

/** "Tryck två för Björn Ek." */
export const menuWords = (choices: readonly Choice[], language: Language): readonly SpokenPart[] =>
  menu(choices, WORDINGS[language]);

const WORDINGS: Readonly<Record<Language, ReferralWording>> = { sv: inSwedish, en: inEnglish };

function endOf({ phrase, end, now, zone, hours }: Absence): ReturnTime | undefined {
  const { endsAs, endWord } = phrase;
  const found = returnTime({ end, now, zone, hours, endsAs, endWord });
  // "Strax" is said in the phrase; where that one is not said, neither is "senast".
  const isTold = found?.word !== 'soon' || (!phrase.private && isSoon(found));
  return found === undefined || isTold ? found : { ...found, word: 'back' };
}

function sentence(
  { name, phrase }: Absence,
  end: ReturnTime | undefined,
  wording: ReferralWording,
): readonly SpokenPart[] {
  const spokenName = speakable(name, wording) || wording.someone;
  const told = spokenPhrase(phrase, end, wording);
  const spokenEnd = end === undefined ? undefined : wording.spokenEnd(end);
  const pause = end === undefined ? '.' : end.word === 'until' ? '' : ',';
  return [
    { kind: 'name', text: spokenName },
    { kind: 'phrase', text: `${told}${pause}` },
    ...(spokenEnd === undefined ? [] : [{ kind: 'end' as const, text: `${spokenEnd}.` }]),
  ];
}

/** What is neither private nor untrue. */
function spokenPhrase(
  phrase: AbsencePhrase,
  end: ReturnTime | undefined,
  wording: ReferralWording,
): string {
  const told = phrase.public ?? (phrase.private ? '' : (phrase.spoken ?? ''));
  const isTrue = phrase.endWord !== 'soon' || end === undefined || isSoon(end);
  return (isTrue ? speakable(told, wording) : '') || wording.notAvailable;
}

/** Today, and while one still works. */
function isSoon({ daysAhead, afterHours }: ReturnTime): boolean {
  return daysAhead === 0 && !afterHours;
}

function isSpoken({ spoken, public: told }: AbsencePhrase): boolean {
  return [spoken, told].some((text) => text !== undefined && text.trim() !== '');
}

function menu(choices: readonly Choice[], wording: ReferralWording): readonly SpokenPart[] {
  const { words, press } = wording;
  return choices.map((choice, index) => {
    const { key } = choice;
    const named = 'name' in choice ? { ...choice, name: speakable(choice.name, wording) } : choice;
    const spokenKey =
      key === '*'
        ? words.phrases.star
        : key === '#'
          ? words.phrases.hash
          : words.number(Number(key));
    const start = index === 0 ? `${press} ` : '';
    const stop = index === choices.length - 1 ? '.' : ',';
    return { kind: 'choice', text: `${start}${spokenKey} ${wording.choice(named)}${stop}` };
  });
}
