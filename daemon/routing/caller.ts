import { type E164, readE164 } from '../../common/phone-number.ts';
import type { Question } from '../call/question.ts';
import type { Account, Directory, Organisation, User } from './directory.ts';
import { type Passed, passedBy, STRAIGHT } from './passed.ts';
import type { Shown, TraceStep } from './plan.ts';

/** Who calls, as far as anybody vouches for it. */
export interface Caller {
  /** One of our devices, by the digest it passed. */
  readonly account: Account | undefined;
  /** What contacts are matched by; undefined for one who hides, or shows no number. */
  readonly number: E164 | undefined;
  /** How the caller appears to colleagues. */
  readonly inside: Shown;
  /** How the caller appears to everybody else. */
  readonly outside: Shown;
  /** Where the call has been before it came to us. */
  readonly passed: Passed;
  /** The trunk's address, where the caller came by one. */
  readonly trunkAddress: string | undefined;
}

/** @returns undefined for a device that the directory does not know. */
export function callerOf(
  question: Question,
  { accounts }: Directory,
  country: string,
): Caller | undefined {
  const { from } = question;
  if (from.kind === 'trunk') return fromOutside(question, from.address, country);
  const account = accounts.get(`${from.username}@${from.domain}`);
  return account && fromInside(account);
}

export const isColleague = ({ account }: Caller, { id }: Organisation): boolean =>
  account?.organisation.id === id;

export const shownTo = (caller: Caller, organisation: Organisation): Shown =>
  isColleague(caller, organisation) ? caller.inside : caller.outside;

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

function fromInside(account: Account): Caller {
  const { organisation, user } = account;
  const number = ownNumber(organisation, user);
  return {
    account,
    number,
    inside: { name: user.name, number: user.extension, hidden: false },
    outside: { name: '', number: number ?? '', hidden: number === undefined },
    passed: STRAIGHT,
    trunkAddress: undefined,
  };
}

/** Who has no number of his own shows the organisation's. */
export const ownNumber = ({ mainNumber }: Organisation, { numbers }: User): E164 | undefined =>
  numbers[0] ?? mainNumber;

function fromOutside(question: Question, address: string, country: string): Caller {
  const shown = shownFromOutside(question, country);
  return {
    account: undefined,
    number: shown.hidden ? undefined : readE164(shown.number, { country }),
    inside: shown,
    outside: shown,
    passed: passedBy(question.diverted, country),
    trunkAddress: address,
  };
}

function shownFromOutside(question: Question, country: string): Shown {
  if (question.callerHidden || question.callerNumber === '') {
    return { name: '', number: '', hidden: true };
  }
  const number = readE164(question.callerNumber, { country }) ?? question.callerNumber;
  const name = question.callerName === question.callerNumber ? '' : question.callerName;
  return { name, number, hidden: false };
}
