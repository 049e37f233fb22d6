import type { Brand } from '../../common/brand.ts';

/** Where one registration is reached: `sofia/vaxel/sip:100-k3x9@10.0.0.7:5060`. Made only by `readContacts`. */
export type Contact = Brand<string, 'Contact'>;

/** The question whose answer `readContacts` reads. */
export const contactsCommand = (username: string, domain: string): string =>
  `api sofia_contact vaxel/${username}@${domain}`;

/**
 * Reads what `sofia_contact` says: a comma list of addresses, or
 * `error/user_not_registered` (mod_sofia.c, `sofia_contact_function`).
 *
 * A contact is what a phone wrote into its REGISTER. One with a character that
 * means something in a dial string is left out rather than dialled.
 */
export function readContacts(answer: string): readonly Contact[] {
  return answer
    .split(/,(?=sofia\/)/)
    .filter((text) => /^sofia\/[\w-]+\/sips?:[^\s,<>[\]{}|$"'\\^`]{1,400}$/.test(text))
    .map((text) => text as Contact);
}
