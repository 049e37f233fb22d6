import { type E164, readE164 } from '../../common/phone-number.ts';
import { leastTrust, type TrunkTrust } from '../../common/trunk-trust.ts';
import type { Question } from '../call/question.ts';
import type { Directory, Trunk } from './directory.ts';

/** Who calls from outside, apart from what is shown. */
export interface CallerIdentity {
  /** Undefined where nobody says. */
  readonly number: E164 | undefined;
  /** The trunk answers for it. */
  readonly vouched: boolean;
}

/**
 * By the header that the trunk is trusted to write; else by From, for which nobody answers. A call
 * that is imagined, or was asked about before headers were told apart, is taken at its word.
 */
export function identityOf(
  { identity, callerNumber }: Question,
  trust: TrunkTrust,
  country: string,
): CallerIdentity {
  const read = (text: string | undefined) =>
    text === undefined ? undefined : readE164(text, { country });
  if (identity === undefined) {
    const number = read(callerNumber);
    return { number, vouched: number !== undefined };
  }
  const [number] = HEADERS[trust].flatMap((header) => read(identity[header]) ?? []);
  return { number: number ?? read(identity.from), vouched: number !== undefined };
}

const HEADERS = {
  nobody: [],
  asserted: ['asserted'],
  'remote-party': ['asserted', 'remoteParty'],
  from: ['asserted', 'remoteParty', 'from'],
} as const satisfies Record<TrunkTrust, readonly string[]>;

/**
 * How far the trunk of an address is trusted. One that is named by its host cannot be
 * told by its address: then the least of those counts.
 */
export function trustOf(directory: Directory, address: string): TrunkTrust {
  const { byAddress, others } = trustsIn(directory);
  return byAddress.get(address) ?? others;
}

/** A picture of the world does not change: every call by a trunk asks for it. */
function trustsIn(directory: Directory): Trusts {
  const known = made.get(directory);
  if (known !== undefined) return known;
  const trusts = trustsOf([...directory.organisations.values()].flatMap(({ trunks }) => trunks));
  made.set(directory, trusts);
  return trusts;
}

const made = new WeakMap<Directory, Trusts>();

interface Trusts {
  /** Of the trunks that have one. */
  readonly byAddress: ReadonlyMap<string, TrunkTrust>;
  /** Of whatever comes from elsewhere. */
  readonly others: TrunkTrust;
}

function trustsOf(trunks: readonly Trunk[]): Trusts {
  const addressOf = ({ host }: Trunk) => host.replace(/:\d+$/, '');
  const at = (address: string) => trunks.filter((trunk) => addressOf(trunk) === address);
  const named = trunks.filter((trunk) => !/^[\d.]+$/.test(addressOf(trunk)));
  return {
    byAddress: new Map(
      trunks.map(addressOf).map((address) => [address, leastOf(at(address))] as const),
    ),
    others: leastOf(named.length > 0 ? named : trunks),
  };
}

/** A picture of the world from before there was such a thing took From for it. */
const leastOf = (trunks: readonly Trunk[]): TrunkTrust =>
  leastTrust(trunks.map(({ trust }) => trust ?? 'from')) ?? 'from';
