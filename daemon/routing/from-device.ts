import { type Dialled, readDialled, readExtension, type E164 } from '../../common/phone-number.ts';
import type { EpochMs } from '../../common/time.ts';
import type { CallerSide, Question } from '../call/question.ts';
import type { Account, Directory } from './directory.ts';
import { mailboxWithPin } from './mailbox.ts';
import type { Routing, Shown, TraceStep } from './plan.ts';
import { ring } from './ring.ts';
import type { MailboxLocks } from './route.ts';

type DeviceSide = Extract<CallerSide, { kind: 'device' }>;

/** A call from one of our own devices: to a colleague, to one's messages, or out. */
export function routeFromDevice(
  question: Question,
  { username, domain }: DeviceSide,
  directory: Directory,
  locks: MailboxLocks,
  now: EpochMs,
): Routing {
  const account = directory.accounts.get(`${username}@${domain}`);
  if (account === undefined) {
    return {
      plan: { kind: 'native' },
      trace: [{ rule: 'caller', because: `${username}@${domain} is not in the directory` }],
    };
  }
  const trace = [caller(account)];
  return (
    toMessages(question.dialled, account, locks, now, trace) ??
    toNumber(question.dialled, account, directory, trace)
  );
}

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
    };
  }
  const extension = readExtension(rest);
  const owner = extension && organisation.users.get(extension);
  if (owner === undefined) return undefined;
  const routing = mailboxWithPin(organisation, owner, locks, now);
  return { ...routing, trace: [...trace, ...routing.trace] };
}

function toNumber(
  text: string,
  account: Account,
  directory: Directory,
  trace: readonly TraceStep[],
): Routing {
  const { organisation } = account;
  const { country, areaCode } = organisation;
  const dialled = readDialled(text, { country, areaCode });
  switch (dialled.kind) {
    case 'emergency':
      // FreeSWITCH's own dialplan had it before us; if it comes here, it goes back there.
      return { plan: { kind: 'native' }, trace: [...trace, { rule: 'emergency', because: text }] };
    case 'extension':
      return toExtension(dialled, account, directory, trace);
    case 'e164':
      return toE164(dialled.e164, account, directory, trace);
    case 'short':
      return out(dialled.number, account, [
        ...trace,
        { rule: 'number', because: `${dialled.number} is a short number` },
      ]);
    case 'code':
    case 'invalid':
      return unknown(text, account, trace);
  }
}

function toExtension(
  { extension, otherwise }: Extract<Dialled, { kind: 'extension' }>,
  account: Account,
  directory: Directory,
  trace: readonly TraceStep[],
): Routing {
  const { organisation } = account;
  const callee = organisation.users.get(extension);
  if (callee === undefined) {
    return otherwise === undefined
      ? unknown(extension, account, trace)
      : toE164(otherwise, account, directory, trace);
  }
  return ring(organisation, callee, shownInside(account), shownOutside(account), [
    ...trace,
    { rule: 'number', because: `${extension} is ${callee.name}` },
  ]);
}

/** A number of ours stays inside, whichever organisation of this server has it. */
function toE164(
  number: E164,
  account: Account,
  directory: Directory,
  trace: readonly TraceStep[],
): Routing {
  const owner = directory.numbers.get(number);
  if (owner === undefined) {
    return out(number, account, [...trace, { rule: 'number', because: `${number} is outside` }]);
  }
  const inside = owner.organisation.id === account.organisation.id;
  const outside = shownOutside(account);
  const shown = inside ? shownInside(account) : outside;
  return ring(owner.organisation, owner.user, shown, outside, [
    ...trace,
    { rule: 'number', because: `${number} is ${owner.user.name} (${owner.user.extension})` },
  ]);
}

function out(to: string, account: Account, trace: readonly TraceStep[]): Routing {
  const { organisation, user } = account;
  const trunks = organisation.trunks.map(({ name }) => name);
  if (trunks.length === 0) {
    return {
      plan: { kind: 'refuse', sip: 503, say: 'refuse-no-trunk', language: user.language },
      trace: [...trace, { rule: 'trunk', because: `${organisation.name} has none` }],
    };
  }
  const shown = shownOutside(account);
  const as = shown.hidden ? 'hidden, since nobody here has a number' : `as ${shown.number}`;
  return {
    plan: { kind: 'out', to, trunks, shown },
    trace: [...trace, { rule: 'trunk', because: `${trunks.join(', then ')}, ${as}` }],
  };
}

function unknown(what: string, { user }: Account, trace: readonly TraceStep[]): Routing {
  return {
    plan: { kind: 'refuse', sip: 404, say: 'refuse-unknown', language: user.language },
    trace: [...trace, { rule: 'number', because: `${what} is no number we know` }],
  };
}

const caller = ({ user, device }: Account): TraceStep => ({
  rule: 'caller',
  because: `${user.name} (${user.extension}), ${device.kind} ${device.label}`,
});

const shownInside = ({ user }: Account): Shown => ({
  name: user.name,
  number: user.extension,
  hidden: false,
});

function shownOutside({ organisation, user }: Account): Shown {
  const number = user.numbers[0] ?? organisation.mainNumber;
  return { name: '', number: number ?? '', hidden: number === undefined };
}
