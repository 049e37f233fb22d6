import type { EpochMs } from '../../common/time.ts';
import { type Referral, referralOf, type SpokenPart } from '../referral/referral.ts';
import { absenceOf, choicesOf, type Listener } from './absence.ts';
import { type Arrival, ends } from './arrival.ts';
import { isColleague } from './caller.ts';
import { type GreetingOccasion, greetingFor, spokenName } from './greetings.ts';
import type { ReferralPlan, Routing, SaidPart } from './plan.ts';
import type { StatusNow } from './present-status.ts';
import { voicemail } from './voicemail.ts';

/** A closed activity: the caller is told which, and until when. */
export function awayReferral(arrival: Arrival, status: StatusNow, now: EpochMs): Routing {
  const { organisation, user, caller } = arrival;
  const listener: Listener = isColleague(caller, organisation) ? 'colleague' : 'anybody';
  const referral = referralOf(absenceOf(organisation, user, status, listener, now));
  const occasion = { kind: 'activity', activity: status.activity.id } as const;
  return ends(arrival, 'activity', describe(arrival, status), {
    ...referralPlan(arrival),
    say: said(arrival, referral.parts, occasion, now),
    display: listener === 'colleague' ? referral.shown : '',
  });
}

/** On the phone, and the person wants that said. */
export function busyReferral(arrival: Arrival, now: EpochMs): Routing {
  const { user, organisation, caller } = arrival;
  const { parts, shown } = referralOf(busyWords({ organisation, user }, now));
  return ends(arrival, 'referral', 'the caller hears it', {
    ...referralPlan(arrival),
    say: said(arrival, parts, { kind: 'busy' }, now),
    display: isColleague(caller, organisation) ? shown : '',
  });
}

/** "är upptagen i telefon", without an end: nobody knows when a call is over. */
export function busyWords(
  { organisation, user }: Pick<Arrival, 'organisation' | 'user'>,
  now: EpochMs,
): Parameters<typeof referralOf>[0] {
  const { spoken, label } = BUSY[user.language];
  return {
    name: user.name,
    phrase: {
      label,
      spoken,
      public: undefined,
      private: false,
      endsAs: 'clock',
      endWord: undefined,
    },
    end: undefined,
    now,
    zone: organisation.zone,
    hours: user.hours,
    language: user.language,
    choices: choicesOf(organisation, user),
  };
}

const BUSY = {
  sv: { spoken: 'är upptagen i telefon', label: 'Upptagen i telefon' },
  en: { spoken: 'is on another call', label: 'On another call' },
} as const;

/** Whatever the person has recorded for it stands for the words; the end and the choices are told all the same. */
function said(
  { organisation: { domain }, user }: Arrival,
  parts: Referral['parts'],
  occasion: GreetingOccasion,
  now: EpochMs,
): readonly SaidPart[] {
  const greetings = user.greetings ?? [];
  const recorded = greetingFor(greetings, occasion, now);
  const name = spokenName(greetings, now);
  const words = parts.flatMap((part): readonly SaidPart[] => {
    if (recorded !== undefined && (part.kind === 'name' || part.kind === 'phrase')) return [];
    if (part.kind !== 'name') return [text(part)];
    const spoken = { kind: 'name', text: part.text, domain, mailbox: user.extension } as const;
    return [name === undefined ? spoken : recording(name.id)];
  });
  return recorded === undefined ? words : [recording(recorded.id), ...words];
}

const recording = (greeting: string): SaidPart => ({ kind: 'recording', greeting });
const text = ({ text: words }: SpokenPart): SaidPart => ({ kind: 'text', text: words });

function referralPlan(arrival: Arrival): ReferralPlan {
  const { user, via, organisation, caller } = arrival;
  return {
    kind: 'referral',
    media: mediaFor(arrival),
    say: [],
    display: '',
    choices: choicesOf(organisation, user)
      .map(({ key }) => key)
      .join(''),
    language: user.language,
    via: [...via, user.extension],
    ...(caller.shows && { shows: caller.shows }),
    then: voicemail(arrival, 'said'),
  };
}

/** As the trunk has it that the call came by; the first where that cannot be told. */
function mediaFor({ organisation, caller }: Arrival): ReferralPlan['media'] {
  if (caller.account !== undefined) return 'answered';
  const { trunks } = organisation;
  const by = trunks.find(({ host }) => host.replace(/:\d+$/, '') === caller.trunkAddress);
  return (by ?? trunks[0])?.referralMedia ?? 'answered';
}

function describe({ user }: Arrival, { activity, endsAt, source, startedAt }: StatusNow): string {
  const until = endsAt === undefined ? '' : ` until ${iso(endsAt)}`;
  const set = startedAt === undefined ? '' : `, set ${iso(startedAt)} (${source ?? ''})`;
  return `${user.name} has ${activity.names[user.language]}${until}${set}`;
}

const iso = (moment: EpochMs): string => new Date(moment).toISOString();
