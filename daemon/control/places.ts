import { type Contact, contactsCommand, readContacts } from '../esl/contacts.ts';
import type { EslConnection } from '../esl/connection.ts';
import type { SipDevice } from '../routing/directory.ts';

/** Where one device can be rung at this moment. */
export interface Place {
  readonly device: SipDevice;
  readonly contact: Contact;
}

export async function registeredPlaces(
  freeswitch: Pick<EslConnection, 'send'>,
  devices: readonly SipDevice[],
  domain: string,
): Promise<readonly Place[]> {
  const answers = await Promise.all(
    devices.map(async (device) => {
      const said = await freeswitch.send(contactsCommand(device.username, domain));
      return readContacts(said.trim()).map((contact) => ({ device, contact }));
    }),
  );
  return answers.flat();
}
