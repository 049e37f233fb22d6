import { type Dialled, readDialled, readExtension, type E164 } from '../../common/phone-number.ts';
import type { EpochMs } from '../../common/time.ts';
import type { CallerSide, Question } from '../call/question.ts';
import { calleeAt } from './callee.ts';
import { toCallee } from './to-callee.ts';
import { type Caller, callerAt, callerOf, callerStep } from './caller.ts';
import { obey } from './code.ts';
import type { Account, Called } from './directory.ts';
import { type FeatureCode, readFeatureCode } from './feature-code.ts';
import { findContact } from './find-contact.ts';
import { mailboxWithPin } from './mailbox.ts';
import { out } from './out.ts';
import { pickUp } from './pickup.ts';
import type { Routing } from './plan.ts';
import type { TraceStep } from './trace.ts';
import { type DialledAs, readShownPrefix, shownMobile } from './shown-number.ts';
import { statusMenu } from './status-menu.ts';
import type { MailboxLocks, World } from './world.ts';

type DeviceSide = Extract<CallerSide, { kind: 'device' }>;

/** A call from one of our own devices: a code, to a colleague, to one's messages, or out. */
export function routeFromDevice(
  question: Question,
  { username, domain }: DeviceSide,
  world: World,
  now: EpochMs,
): Routing {
  const { directory, locks } = world;
  const account = directory.accounts.get(`${username}@${domain}`);
  const caller = account && callerOf(question, directory, account.organisation.country);
  if (account === undefined || caller === undefined) {
    return {
      plan: { kind: 'native' },
      trace: [{ rule: 'caller', because: `${username}@${domain} is not in the directory` }],
      effects: [],
    };
  }
  const { dialled } = question;
  const trace = [callerStep(caller)];
  const as = readShownPrefix(dialled, account.user.rules.shownNumber);
  const code = readFeatureCode(dialled, account.organisation.codes);
  return (
    toMessages(dialled, account, locks, now, trace) ??
    pickUp(dialled, account, world, trace) ??
    (code && heed(code, account, world, now, trace)) ??
    toNumber(as.dialled, { account, caller, world, now, trace: [...trace, ...shownStep(as)] })
  );
}

const shownStep = ({ shows }: DialledAs): readonly TraceStep[] =>
  shows === undefined ? [] : [{ rule: 'shown number', because: `for this call: ${shows}` }];

const heed = (
  code: FeatureCode,
  account: Account,
  world: World,
  now: EpochMs,
  trace: readonly TraceStep[],
): Routing =>
  code.kind === 'menu' ? statusMenu(account, trace) : obey(code, account, world, now, trace);

/** `*98` is one's own mailbox and asks nothing; `*98101` is another's and asks for its PIN. */
function toMessages(
  dialled: string,
  { organisation, user }: Account,
  locks: MailboxLocks,
  now: EpochMs,
  trace: readonly TraceStep[],
): Routing | undefined {
  const code = organisation.voicemailCode;
  if (!dialled.startsWith(code)) return undefined;
  const rest = dialled.slice(code.length);
  if (rest === '') {
    return {
      plan: {
        kind: 'mailbox',
        domain: organisation.domain,
        mailbox: user.extension,
        pin: 'waived',
        language: user.language,
        zone: organisation.zone,
      },
      trace: [...trace, { rule: 'mailbox', because: 'their own, from their own device' }],
      effects: [],
    };
  }
  const extension = readExtension(rest);
  const owner = extension && organisation.users.get(extension);
  if (owner === undefined) return undefined;
  const routing = mailboxWithPin(organisation, owner, locks, now);
  return { ...routing, trace: [...trace, ...routing.trace] };
}

/** A call that a device of ours makes. */
interface Dialling {
  readonly account: Account;
  readonly caller: Caller;
  readonly world: World;
  readonly now: EpochMs;
  readonly trace: readonly TraceStep[];
}

function toNumber(text: string, call: Dialling): Routing {
  const { country, areaCode } = call.account.organisation;
  const dialled = readDialled(text, { country, areaCode });
  switch (dialled.kind) {
    case 'emergency':
      // FreeSWITCH's own dialplan had it before us; if it comes here, it goes back there.
      return {
        plan: { kind: 'native' },
        trace: [...call.trace, { rule: 'emergency', because: text }],
        effects: [],
      };
    case 'extension':
      return toExtension(dialled, call);
    case 'e164':
      return toE164(dialled.e164, call);
    case 'short': {
      const because = `${dialled.number} is a short number`;
      return leave(dialled.number, because, call);
    }
    case 'code':
    case 'invalid':
      return unknown(text, call);
  }
}

function toExtension(
  { extension, otherwise }: Extract<Dialled, { kind: 'extension' }>,
  call: Dialling,
): Routing {
  const { organisation } = call.account;
  const callee = calleeAt(organisation, extension);
  if (callee === undefined) {
    return otherwise === undefined ? unknown(extension, call) : toE164(otherwise, call);
  }
  return meet(callee, `${extension} is ${callee.user.name}`, call);
}

/** A number of ours stays inside, whichever organisation of this server has it. */
function toE164(number: E164, call: Dialling): Routing {
  const owner = call.world.directory.numbers.get(number);
  const isOurs = owner?.organisation.id === call.account.organisation.id;
  const shown = isOurs ? call : showing(number, call);
  if (owner === undefined) return leave(number, `${number} is outside`, shown);
  return meet(owner, `${number} is ${owner.user.name} (${owner.user.extension})`, shown);
}

/** As the person has decided for this call, for whoever has the number, or for all. */
function showing(number: E164, call: Dialling): Dialling {
  const { account, caller, world, trace } = call;
  const { organisation, user } = account;
  const contact = findContact(world.contacts, organisation.id, user.id, number)?.contact;
  const remembered = caller.shows === undefined ? contact?.showAs : undefined;
  const shows = caller.shows ?? remembered ?? user.rules.shownNumber;
  const { why } = shows === 'mobile' ? shownMobile(organisation, user) : {};
  const steps = [
    ...(remembered === undefined ? [] : [`for ${contact?.name ?? number}: ${remembered}`]),
    ...(why === undefined ? [] : [`the mobile’s is not shown: ${NOT_SHOWN[why]}`]),
  ];
  return {
    ...call,
    trace: [...trace, ...steps.map((because) => ({ rule: 'shown number', because }))],
    ...(remembered !== undefined && {
      caller: callerAt(account, remembered),
    }),
  };
}

const NOT_SHOWN = {
  'no-verified-mobile': 'none is verified as theirs',
  'trunk-shows-no-mobiles': 'a trunk does not take it',
} as const;

const leave = (
  to: string,
  because: string,
  { account, caller, trace, world, now }: Dialling,
): Routing =>
  out(
    { to, payer: account, shown: caller.outside, trace: [...trace, { rule: 'number', because }] },
    world,
    now,
  );

function meet(callee: Called, because: string, { caller, world, now, trace }: Dialling): Routing {
  const sofar = [...trace, { rule: 'number', because }];
  return toCallee({ ...callee, caller, via: [], trace: sofar }, world, now);
}

function unknown(what: string, { account, trace }: Dialling): Routing {
  return {
    plan: { kind: 'refuse', sip: 404, say: 'refuse-unknown', language: account.user.language },
    trace: [...trace, { rule: 'number', because: `${what} is no number we know` }],
    effects: [],
  };
}
