import { findPhone, type PhoneRecord } from '../common/db/phones.ts';
import type { OrganisationRecord } from '../common/db/organisations.ts';
import { readMac } from '../provisioning/phone/mac.ts';
import type { Invocation, Outcome } from './command.ts';
import { refusedBecause } from './refusals.ts';
import { inOrganisation, type Workplace } from './workplace.ts';

/** Finds the phone of the first argument in its organisation, or refuses. */
export async function withPhone(
  invocation: Invocation,
  work: (phone: PhoneRecord, place: Workplace, org: OrganisationRecord) => Promise<Outcome>,
): Promise<Outcome> {
  return inOrganisation(invocation, async (organisation, place) => {
    const mac = readMac(invocation.args[0] ?? '');
    if (mac === undefined) return refusedBecause('bad-mac');
    const phone = await findPhone(place.db, { mac });
    return phone?.organisationId === organisation.id
      ? work(phone, place, organisation)
      : refusedBecause('unknown-phone');
  });
}

/** As people read it: `00:15:65:a1:b2:c3`. */
export const macText = (mac: string): string => mac.match(/../g)?.join(':') ?? mac;
