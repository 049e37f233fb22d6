import type { E164 } from '../../common/phone-number.ts';
import type { ShownNumber } from '../../common/shown-number.ts';

/** Whom the people of the server know, and what they think of their calls. */
export interface Contacts {
  readonly revision: number;
  /** A person's own, by `contactKey(user id, number)`. */
  readonly personal: ReadonlyMap<string, Contact>;
  /** The organisations', by `contactKey(organisation id, number)`. */
  readonly shared: ReadonlyMap<string, Contact>;
}

/** One object stands under every number of the contact. */
export interface Contact {
  readonly id: string;
  readonly name: string;
  readonly company: string;
  readonly favourite: boolean;
  readonly vip: boolean;
  readonly blocked: boolean;
  /** What they are shown when they are called; left out: as usual. */
  readonly showAs?: ShownNumber;
}

export const contactKey = (owner: string, number: E164): string => `${owner} ${number}`;

export const NO_CONTACTS: Contacts = { revision: 0, personal: new Map(), shared: new Map() };
