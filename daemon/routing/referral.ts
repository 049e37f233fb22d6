import type { EpochMs } from '../../common/time.ts';
import { type Arrival, ends } from './arrival.ts';
import { isColleague } from './caller.ts';
import type { ReferralPlan, Routing, SaidPart } from './plan.ts';
import type { PresentStatus } from './present-status.ts';
import { sayEnd } from './say-end.ts';
import { voicemail } from './voicemail.ts';

/** A closed activity: the caller is told which, and until when. */
export function awayReferral(arrival: Arrival, status: PresentStatus, now: EpochMs): Routing {
  const { organisation, user, caller } = arrival;
  const { activity, endsAt } = status;
  const inside = isColleague(caller, organisation);
  const phrase = (inside ? activity.phrases : activity.publicPhrases)[user.language];
  const name = activity.names[user.language];
  return ends(arrival, 'activity', `${user.name} has ${name}${until(endsAt)}`, {
    ...referralPlan(arrival),
    say: [
      { kind: 'text', text: user.name },
      { kind: 'text', text: phrase },
      ...sayEnd(endsAt, now, organisation.zone, activity.endsAs),
    ],
    display: inside ? name : '',
  });
}

/** On the phone, and the person wants that said. */
export function busyReferral(arrival: Arrival): Routing {
  const { user } = arrival;
  const say: readonly SaidPart[] = [
    { kind: 'text', text: user.name },
    { kind: 'prompt', name: 'busy-on-the-phone' },
  ];
  return ends(arrival, 'referral', 'the caller hears it', { ...referralPlan(arrival), say });
}

function referralPlan(arrival: Arrival): ReferralPlan {
  const { user, via, caller, organisation } = arrival;
  return {
    kind: 'referral',
    media: mediaFor(arrival),
    say: [],
    display: '',
    choices: [...user.rules.choices.keys()].sort().join(''),
    language: user.language,
    via: [...via, user.extension],
    then: voicemail({ organisation, user }, 'said'),
    ...(caller.account === undefined ? {} : { media: 'answered' }),
  };
}

/** As the trunk has it that the call came by; the first where that cannot be told. */
function mediaFor({ organisation, caller }: Arrival): ReferralPlan['media'] {
  const { trunks } = organisation;
  const by = trunks.find(({ host }) => host.replace(/:\d+$/, '') === caller.trunkAddress);
  return (by ?? trunks[0])?.referralMedia ?? 'answered';
}

const until = (endsAt: EpochMs | undefined): string =>
  endsAt === undefined ? '' : ` until ${new Date(endsAt).toISOString()}`;
