import type { E164 } from '../../common/phone-number.ts';
import { type Contact, contactKey, type Contacts } from './contacts.ts';

/** A contact that a number belongs to, and who wrote it down. */
export interface FoundContact {
  readonly contact: Contact;
  readonly whose: 'personal' | 'organisation';
}

/**
 * Whom a person knows under a number: what they wrote down themselves comes
 * before what the organisation did, marks and all.
 *
 * @param user - undefined where nobody in particular is called.
 * @param number - undefined for a caller who shows none, and so is nobody's contact.
 */
export function findContact(
  { personal, shared }: Contacts,
  organisation: string,
  user: string | undefined,
  number: E164 | undefined,
): FoundContact | undefined {
  if (number === undefined) return undefined;
  const own = user === undefined ? undefined : personal.get(contactKey(user, number));
  if (own !== undefined) return { contact: own, whose: 'personal' };
  const common = shared.get(contactKey(organisation, number));
  return common && { contact: common, whose: 'organisation' };
}

/**
 * The name a caller is shown by: the person's own for them, a colleague's, the
 * organisation's for them, what the trunk said. Empty where nobody knows one.
 *
 * @param colleague - the name of the one in the organisation who calls.
 * @param told - what came with the call; the network's guess, or the caller's wish.
 */
export function callerName(
  found: FoundContact | undefined,
  colleague: string | undefined,
  told: string,
): string {
  if (found?.whose === 'personal') return found.contact.name;
  return colleague ?? found?.contact.name ?? told;
}
