import type { E164 } from '../../common/phone-number.ts';
import { type Caller, isColleague, numberKnownTo } from './caller.ts';
import type { Arrival } from './arrival.ts';
import type { Contacts } from './contacts.ts';
import { findContact, type FoundContact } from './find-contact.ts';

/** What the one who is called, or their organisation, has written down of the caller. */
export interface KnownCaller {
  /** Undefined where nobody has, and for who hides. */
  readonly found: FoundContact | undefined;
  /** Under whichever of their numbers: to keep out, a number that nobody vouches for is enough. */
  readonly blocked: boolean;
  /** To be let through it is not. */
  readonly vip: boolean;
  /** For the trace; undefined where there is nothing to tell. */
  readonly because: string | undefined;
}

export function knownCaller(
  { caller, organisation, user }: Pick<Arrival, 'caller' | 'organisation' | 'user'>,
  contacts: Contacts,
): KnownCaller {
  const find = (number: typeof caller.number) =>
    findContact(contacts, organisation.id, user.id, number);
  const known = numberKnownTo(caller, organisation);
  const found = find(known);
  const isInside = isColleague(caller, organisation);
  const others = isInside ? [] : othersOf(caller, known);
  const kept = [found, ...others.map(find)].find((one) => one?.contact.blocked === true);
  const vip = found?.contact.vip === true && (isInside || caller.identity.vouched);
  return { found, blocked: kept !== undefined, vip, because: about(found, kept, vip) };
}

/** What else there is of a caller's numbers; mostly they are one. */
const othersOf = ({ identity, number }: Caller, known: E164 | undefined): readonly E164[] =>
  [...new Set([identity.number, number])].flatMap((each) =>
    each === undefined || each === known ? [] : each,
  );

function about(
  found: FoundContact | undefined,
  kept: FoundContact | undefined,
  vip: boolean,
): string | undefined {
  if (kept !== undefined && kept !== found) return `a blocked number (${kept.whose})`;
  if (found === undefined) return undefined;
  const { contact, whose } = found;
  const mark = contact.blocked ? ', blocked' : contact.vip ? ', VIP' : '';
  const unproven = contact.vip && !vip ? ', but the trunk does not vouch for the number' : '';
  return `${contact.name}${mark} (${whose})${unproven}`;
}
