import { type E164, readE164 } from '../../common/phone-number.ts';
import type { Question } from '../call/question.ts';
import type { ShownNumber } from '../../common/shown-number.ts';
import type { Account, Directory, Organisation } from './directory.ts';
import { type CallerIdentity, identityOf, trustOf } from './identity.ts';
import { type Passed, passedBy, STRAIGHT } from './passed.ts';
import type { Shown } from './plan.ts';
import type { TraceStep } from './trace.ts';
import { outwardNumber, ownNumber, readShownPrefix, shownOutside } from './shown-number.ts';

/** Who calls, as far as anybody vouches for it. */
export interface Caller {
  /** One of our devices, by the digest it passed. */
  readonly account: Account | undefined;
  /** Where the caller can be called; undefined for one who comes from outside and hides, or shows no number. */
  readonly number: E164 | undefined;
  /** Who it is to others than colleagues, whatever is shown, and whether anybody answers for that. */
  readonly identity: CallerIdentity;
  /** How the caller appears to colleagues. */
  readonly inside: Shown;
  /** How the caller appears to everybody else. */
  readonly outside: Shown;
  /** That, where it was said for this call alone. */
  readonly shows?: ShownNumber;
  /** Where the call has been before it came to us. */
  readonly passed: Passed;
  /** The trunk's address, where the caller came by one. */
  readonly trunkAddress: string | undefined;
}

/** @returns undefined for a device that the directory does not know. */
export function callerOf(
  question: Question,
  directory: Directory,
  country: string,
): Caller | undefined {
  const { from, dialled } = question;
  if (from.kind === 'trunk') {
    const trust = trustOf(directory, from.address);
    return fromOutside(question, from.address, identityOf(question, trust, country), country);
  }
  const account = directory.accounts.get(`${from.username}@${from.domain}`);
  if (account === undefined) return undefined;
  const { shows } = readShownPrefix(dialled, account.user.rules.shownNumber);
  return callerAt(account, question.shows ?? shows);
}

/** @param shows - for this call alone. */
export function callerAt(account: Account, shows?: ShownNumber): Caller {
  const { organisation, user } = account;
  return {
    account,
    number: ownNumber(organisation, user),
    identity: { number: outwardNumber(organisation, user, shows).number, vouched: true },
    inside: { name: user.name, number: user.extension, hidden: false },
    outside: shownOutside(organisation, user, shows),
    ...(shows && { shows }),
    passed: STRAIGHT,
    trunkAddress: undefined,
  };
}

export const isColleague = ({ account }: Caller, { id }: Organisation): boolean =>
  account?.organisation.id === id;

export const shownTo = (caller: Caller, organisation: Organisation): Shown =>
  isColleague(caller, organisation) ? caller.inside : caller.outside;

/**
 * What contacts of an organisation are matched by: who hides from it is nobody it knows, and who
 * shows the number of the organisation to others has none inside it, where it is a colleague's.
 */
export function numberKnownTo(caller: Caller, organisation: Organisation): E164 | undefined {
  if (isColleague(caller, organisation)) return caller.account?.user.numbers[0];
  return caller.outside.hidden ? undefined : caller.identity.number;
}

export function callerStep({ account, outside }: Caller): TraceStep {
  if (account === undefined) {
    return { rule: 'caller', because: outside.hidden ? 'hidden, from outside' : outside.number };
  }
  const { user, device } = account;
  return {
    rule: 'caller',
    because: `${user.name} (${user.extension}), ${device.kind} ${device.label}`,
  };
}

function fromOutside(
  question: Question,
  address: string,
  identity: CallerIdentity,
  country: string,
): Caller {
  const shown = shownFromOutside(question, identity, country);
  return {
    account: undefined,
    number: shown.hidden ? undefined : readE164(shown.number, { country }),
    identity,
    inside: shown,
    outside: shown,
    passed: passedBy(question.diverted, country),
    trunkAddress: address,
  };
}

/** As From has it; where that is no number, who the trunk says it is. */
function shownFromOutside(
  question: Question,
  { number: known, vouched }: CallerIdentity,
  country: string,
): Shown {
  const from = question.identity?.from ?? question.callerNumber;
  if (question.callerHidden || from === '' || ANONYMOUS.test(from)) {
    return { name: '', number: '', hidden: true };
  }
  const number = readE164(from, { country }) ?? (vouched ? known : undefined) ?? from;
  const name = [from, question.callerNumber].includes(question.callerName)
    ? ''
    : question.callerName;
  return { name, number, hidden: false };
}

/** RFC 3323 §4.1.1.3, and what carriers write in its place. */
const ANONYMOUS = /^(anonymous|restricted|unavailable)$/i;
