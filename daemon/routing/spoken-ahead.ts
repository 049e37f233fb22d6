import type { EpochMs } from '../../common/time.ts';
import { type Absence, referralOf, referralsFrom } from '../referral/referral.ts';
import { absenceOf } from './absence.ts';
import type { Language, Organisation, User } from './directory.ts';
import type { Presence } from './presence.ts';
import { statusNow } from './present-status.ts';
import { busyWords } from './referral.ts';
import { offerWords } from './voicemail.ts';

/** What calls to a person may need to say, so that its sound is there before the call. */
export interface SaidAhead {
  readonly language: Language;
  readonly text: string;
}

/** Of one person: the referral of what holds now on each day until it ends, the one for a busy line, and what a mailbox offers. */
export function spokenAhead(
  organisation: Organisation,
  user: User,
  presence: Presence,
  now: EpochMs,
): readonly SaidAhead[] {
  const status = statusNow(user, organisation, presence, now);
  const away = status.activity.rings
    ? []
    : (['anybody', 'colleague'] as const).flatMap((listener) =>
        textsOf(absenceOf(organisation, user, status, listener, now)),
      );
  const busy =
    user.rules.busy === 'spoken'
      ? referralOf(busyWords({ organisation, user }, now)).parts.map(({ text }) => text)
      : [];
  return [...new Set([...away, ...busy, ...offerWords(organisation, user)])].map((text) => ({
    language: user.language,
    text,
  }));
}

/** All that may be said of a person without an end: under each activity of theirs, and while their line is busy. */
export function spokenEver(
  organisation: Organisation,
  user: User,
  now: EpochMs,
): readonly SaidAhead[] {
  const whats = [...organisation.activities.values()].filter(
    ({ isRemoved, ownedBy }) => !isRemoved && (ownedBy === undefined || ownedBy === user.id),
  );
  const absences = whats.flatMap((activity) =>
    (['anybody', 'colleague'] as const).map((listener) =>
      absenceOf(organisation, user, { activity, endsAt: undefined }, listener, now),
    ),
  );
  const referrals = [...absences, busyWords({ organisation, user }, now)];
  const texts = referrals.flatMap((absence) => referralOf(absence).parts.map(({ text }) => text));
  return [...texts, ...offerWords(organisation, user)].map((text) => ({
    language: user.language,
    text,
  }));
}

/** The names of an organisation's activities: what one hears who sets a status by a code. */
export const spokenActivities = ({
  activities,
  language,
}: Pick<Organisation, 'activities' | 'language'>): readonly SaidAhead[] =>
  [...activities.values()]
    .filter(({ isRemoved }) => !isRemoved)
    .map(({ names }) => ({ language, text: names[language] }));

const textsOf = (absence: Absence): readonly string[] =>
  referralsFrom(absence).flatMap(({ referral }) => referral.parts.map(({ text }) => text));
