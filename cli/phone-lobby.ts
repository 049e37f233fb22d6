import { claimGuest, guestUsername } from '../common/db/phone-guests.ts';
import { openWindow } from '../common/db/phone-windows.ts';
import { addPhone, findPhone } from '../common/db/phones.ts';
import { findSite } from '../common/db/sites.ts';
import { findUser } from '../common/db/users.ts';
import { epochMs } from '../common/time.ts';
import { postToDaemon } from '../common/post-to-daemon.ts';
import { vendorOfModel } from '../provisioning/models/nearest.ts';
import { type Command, done } from './command.ts';
import { macText, withPhone } from './phone-place.ts';
import { refusedBecause } from './refusals.ts';
import { ORG } from './users.ts';
import { changed, inOrganisation } from './workplace.ts';

export const armCommand: Command = {
  words: 'phone arm',
  summary: 'let a phone fetch its files once without a secret, after a factory reset for one',
  takes: ['<mac>'],
  options: {
    minutes: { value: '<n>', summary: 'how long the door stays open; 60' },
    address: { value: '<address>', summary: 'the only one it may come from' },
    org: ORG,
  },
  run: async (invocation) =>
    withPhone(invocation, async (phone, place) => {
      const minutes = Number(invocation.values.get('minutes') ?? 60);
      if (!Number.isInteger(minutes) || minutes < 1 || minutes > 10_080) {
        return refusedBecause('bad-minutes');
      }
      const until = epochMs(place.now + minutes * 60_000);
      const address = invocation.values.get('address');
      await openWindow(place.db, phone.id, { until, address });
      const mac = macText(phone.mac);
      const from = address === undefined ? 'from anywhere' : `from ${address}`;
      const text = `until ${new Date(until).toISOString()} ${mac} may fetch its files once without a secret, ${from}`;
      return done({ mac, until, address }, text);
    }),
};

/** How long a phone that was claimed may take to come for its files, in milliseconds. */
const CLAIMED_MS = 3_600_000;

export const claimCommand: Command = {
  words: 'phone claim',
  summary: 'give a new phone to a person, by the code it shows and speaks',
  takes: ['<code>'],
  options: {
    user: { value: '<extension>', required: true, summary: 'whose it is' },
    site: { value: '<name>', summary: 'where it stands' },
    org: ORG,
  },
  run: async (invocation) =>
    inOrganisation(invocation, async (organisation, place) => {
      const { db, box, now } = place;
      const user = await findUser(db, organisation.id, invocation.values.get('user') ?? '');
      if (user === undefined) return refusedBecause('unknown-user');
      const site = invocation.values.get('site');
      if (site !== undefined && (await findSite(db, organisation.id, site)) === undefined) {
        return refusedBecause('unknown-site');
      }
      const code = (invocation.args[0] ?? '').replaceAll(/[ -]/g, '');
      const guest = await claimGuest(db, organisation.id, code, now);
      if (guest === undefined) return refusedBecause('unknown-code');
      const before = await findPhone(db, { mac: guest.mac });
      if (before !== undefined) return refusedBecause('mac-taken');
      const { mac, model, address } = guest;
      const lines = [{ position: 1, user }];
      const wanted = { mac, model, site, lines, keys: [] };
      const added = await addPhone(db, box, organisation.id, wanted, now);
      if (added.kind === 'refused') return refusedBecause(added.why);
      const until = epochMs(now + CLAIMED_MS);
      await openWindow(db, added.phone.id, { until, address });
      const data = { mac: macText(mac), model, extension: user.extension, address };
      const text = `${data.mac} (${model}) is ${user.name}'s; it gets its files when it asks next, from ${address}`;
      const account = { username: guestUsername(mac), domain: organisation.domain };
      await postToDaemon(place.config, '/v1/phones/resync', {
        body: { ...account, vendor: vendorOfModel(model), reboot: false },
      });
      return changed(place, invocation, done(data, text));
    }),
};
