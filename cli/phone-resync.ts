import { readPhoneSource } from '../common/db/phone-source.ts';
import { postToDaemon } from '../common/post-to-daemon.ts';
import { vendorOfModel } from '../provisioning/models/nearest.ts';
import { type Command, done, type Invocation, type Outcome } from './command.ts';
import { macText, withPhone } from './phone-place.ts';
import { placesByAccount } from './places.ts';
import { readStatus } from './read-status.ts';
import { refusedBecause } from './refusals.ts';
import { ORG } from './users.ts';

export const resyncCommand: Command = {
  words: 'phone resync',
  summary: 'tell a phone to fetch its files; it restarts only where they demand it',
  takes: ['<mac>'],
  options: { org: ORG },
  run: async (invocation) => tell(invocation, false),
};

export const rebootCommand: Command = {
  words: 'phone reboot',
  summary: 'tell a phone to restart',
  takes: ['<mac>'],
  options: { org: ORG },
  run: async (invocation) => tell(invocation, true),
};

async function tell(invocation: Invocation, reboot: boolean): Promise<Outcome> {
  return withPhone(invocation, async (phone, { db, box, config }, { domain }) => {
    const source = await readPhoneSource(db, box, phone.id);
    const places = placesByAccount(await readStatus(config));
    if (places === undefined) return refusedBecause('freeswitch-away');
    const username = source?.lines
      .map((line) => line.username)
      .find((name) => places.has(`${name}@${domain}`));
    if (username === undefined) return refusedBecause('not-registered');
    const vendor = vendorOfModel(phone.model);
    const { status } = await postToDaemon(config, '/v1/phones/resync', {
      body: { username, domain, vendor, reboot },
    });
    if (status !== 204) return refusedBecause('freeswitch-away');
    const mac = macText(phone.mac);
    const deed = reboot ? 'restart' : 'fetch its files';
    const text = `${mac} was told to ${deed}`;
    const note =
      reboot && vendor === 'Polycom' ? '; a Polycom restarts where its files say so' : '';
    return done({ mac, username, reboot }, text + note);
  });
}
