import { readDialled, readE164 } from '../../common/phone-number.ts';
import type { EpochMs } from '../../common/time.ts';
import type { Question } from '../call/question.ts';
import { calleeAt } from '../routing/callee.ts';
import { type Caller, callerOf, isColleague } from '../routing/caller.ts';
import type { Called, Directory, NumberOwner, Organisation, User } from '../routing/directory.ts';
import { knownCaller } from '../routing/known-caller.ts';
import type { Plan } from '../routing/plan.ts';
import type { Presence } from '../routing/presence.ts';
import { statusNow } from '../routing/present-status.ts';
import { readShownPrefix } from '../routing/shown-number.ts';
import type { World } from '../routing/world.ts';
import type { Seen, SeenCaller, SeenForward, SeenPerson, SeenStatus } from './decision.ts';

/** What of the world mattered to a call, so that it can be told when the world is another. Pure. */
export function whatWasSeen(question: Question, plan: Plan, world: World, now: EpochMs): Seen {
  const { directory, presence, contacts } = world;
  const callee = calleeOf(question, directory);
  const account = accountOf(question, directory);
  const organisation = callee?.organisation ?? account?.organisation;
  const caller = callerOf(question, directory, organisation?.country ?? 'SE');
  return {
    revisions: {
      directory: directory.revision,
      presence: presence.revision,
      contacts: contacts.revision,
    },
    zone: organisation?.zone ?? 'Europe/Stockholm',
    language: organisation?.language ?? 'sv',
    ...(organisation && { organisationId: organisation.id }),
    ...(callee && { [callee.team === undefined ? 'calleeId' : 'teamId']: callee.user.id }),
    caller: seenCaller(caller, callee, world),
    people: callee === undefined ? [] : peopleOf(callee, question, plan, world, now),
  };
}

/** Whom the caller meant, before anything sent the call on. */
export function calleeOf(question: Question, directory: Directory): Called | undefined {
  const { again } = question;
  const { dialled } = readShownPrefix(question.dialled, undefined);
  if (again !== undefined) {
    const organisation = directory.organisations.get(again.domain);
    return organisation && calleeAt(organisation, again.extension);
  }
  const account = accountOf(question, directory);
  const organisations = account ? [account.organisation] : directory.organisations.values();
  for (const organisation of organisations) {
    const { country, areaCode } = organisation;
    const number = readE164(dialled, { country, ...(account && { areaCode }) });
    const meant = account && readDialled(dialled, { country, areaCode });
    const extension = meant?.kind === 'extension' ? meant.extension : undefined;
    const owner =
      (extension && calleeAt(organisation, extension)) ?? (number && directory.numbers.get(number));
    if (owner !== undefined) return owner;
  }
  return undefined;
}

const accountOf = ({ from }: Question, { accounts }: Directory): NumberOwner | undefined =>
  from.kind === 'device' ? accounts.get(`${from.username}@${from.domain}`) : undefined;

function seenCaller(
  caller: Caller | undefined,
  callee: Called | undefined,
  { contacts }: World,
): SeenCaller {
  if (caller === undefined) return { number: '', name: '', hidden: true };
  const known = callee && knownCaller({ caller, ...callee }, contacts);
  const isInside = callee === undefined || isColleague(caller, callee.organisation);
  const colleague = isInside ? caller.account?.user : undefined;
  const { number, name, hidden } = isInside ? caller.inside : caller.outside;
  return {
    number,
    name: known?.found?.contact.name ?? name,
    hidden,
    ...(colleague && { extension: colleague.extension }),
    ...(known?.vip === true && { mark: 'vip' as const }),
    ...(known?.blocked === true && { mark: 'blocked' as const }),
  };
}

/** The one who was called, those it was sent on through, and the one it came to. */
function peopleOf(
  { organisation, user }: NumberOwner,
  { again }: Question,
  plan: Plan,
  world: World,
  now: EpochMs,
): readonly SeenPerson[] {
  const came = again !== undefined && 'via' in again ? again.via : [];
  const way = 'via' in plan ? plan.via : [];
  const last = 'mailbox' in plan ? [plan.mailbox] : [];
  const extensions = new Set([...came, user.extension, ...way, ...last]);
  return [...extensions].flatMap((extension) => {
    const callee = calleeAt(organisation, extension);
    return callee === undefined ? [] : [seenPerson(callee.user, organisation, world, now)];
  });
}

function seenPerson(
  user: User,
  organisation: Organisation,
  { presence, calls }: World,
  now: EpochMs,
): SeenPerson {
  const status = seenStatus(user, organisation, presence, now);
  return {
    extension: user.extension,
    name: user.name,
    calls: calls.get(user.id)?.busy ?? 0,
    ...(status && { status }),
    forwards: seenForwards(user, presence, now),
    devices: user.devices.map(({ id, kind, label }) => ({ id, kind, label })),
  };
}

function seenStatus(
  user: User,
  organisation: Organisation,
  presence: Presence,
  now: EpochMs,
): SeenStatus | undefined {
  const status = statusNow(user, organisation, presence, now);
  const { activity, source, startedAt, endsAt, setBy } = status;
  if (source === undefined || startedAt === undefined) return undefined;
  const colleague = setBy && organisation.users.get(setBy);
  return {
    activity: activity.names,
    rings: activity.rings,
    startedAt,
    source,
    ...(endsAt !== undefined && { endsAt }),
    ...(setBy !== undefined && { setBy: colleague?.name ?? setBy }),
  };
}

function seenForwards(user: User, { forwards }: Presence, now: EpochMs): readonly SeenForward[] {
  const set = forwards.get(user.id) ?? {};
  return REASONS.flatMap((reason) => {
    const forward = set[reason];
    if (forward === undefined) return [];
    const { to, endsAt, source, setAt } = forward;
    if (endsAt !== undefined && endsAt <= now) return [];
    return [{ reason, to, source, setAt, ...(endsAt !== undefined && { endsAt }) }];
  });
}

const REASONS = ['always', 'busy', 'no-answer', 'unreachable'] as const;
