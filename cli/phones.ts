import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { listDevices } from '../common/db/devices.ts';
import { listKeys, setKeys, type KeyPlace } from '../common/db/phone-keys.ts';
import { listSites } from '../common/db/sites.ts';
import { readPhoneSource } from '../common/db/phone-source.ts';
import { listUploads } from '../common/db/phone-uploads.ts';
import { listRequests } from '../common/db/phone-traffic.ts';
import {
  enablePhone,
  findPhone,
  listPhones,
  removePhone,
  rotateToken,
} from '../common/db/phones.ts';
import { uploadsFolder } from '../provisioning/source/folders.ts';
import { hasKey } from '../provisioning/models/keys.ts';
import { type Command, done, refused } from './command.ts';
import { accessOf, accessText } from './phone-access.ts';
import { modelNamed, phoneAddCommand, readKeys } from './phone-add.ts';
import { phoneDhcpCommand } from './phone-dhcp.ts';
import { diffCommand, driftOf, previewCommand } from './phone-files.ts';
import { importCommand } from './phone-import.ts';
import { armCommand, claimCommand } from './phone-lobby.ts';
import { keyText, KEY_FORM, readPlace } from './phone-keys.ts';
import { macText, withPhone } from './phone-place.ts';
import { rebootCommand, resyncCommand } from './phone-resync.ts';
import {
  explainCommand,
  phoneSetCommand,
  phoneUnsetCommand,
  siteCommands,
} from './phone-settings.ts';
import { placesByAccount } from './places.ts';
import { table } from './print.ts';
import { readStatus } from './read-status.ts';
import { refusedBecause } from './refusals.ts';
import { ORG } from './users.ts';
import { changed, inOrganisation } from './workplace.ts';

const list: Command = {
  words: 'phone list',
  summary: 'list the desk phones: what they are, when they fetched, whether they have the newest',
  takes: [],
  options: { org: ORG },
  run: async (invocation) =>
    inOrganisation(invocation, async ({ id, domain }, place) => {
      const { db, box, config } = place;
      const places = placesByAccount(await readStatus(config));
      const seen = new Map((await listDevices(db, id)).map((device) => [device.id, device.seenAt]));
      const phones = [];
      for (const phone of await listPhones(db, id)) {
        const source = await readPhoneSource(db, box, phone.id);
        const accounts = source?.lines.map(({ username }) => `${username}@${domain}`) ?? [];
        const known = modelNamed(phone.model);
        phones.push({
          mac: macText(phone.mac),
          model: phone.model,
          /** In the table of models: what it gets has been looked at for it. */
          approved: !('kind' in known) && known.warnings.length === 0,
          enabled: phone.enabled,
          extensions: source?.lines.map(({ extension }) => extension) ?? [],
          firmware: phone.firmware,
          address: phone.address,
          fetchedAt: phone.fetchedAt,
          registered: places && accounts.filter((account) => places.has(account)).length,
          /** When any of its lines last registered. */
          registeredAt: latest(source?.lines.map(({ deviceId }) => seen.get(deviceId)) ?? []),
          drift: await driftOf(place, phone),
        });
      }
      const rows = phones.map((one) => [
        one.mac,
        one.approved ? one.model : `${one.model} (not in the table)`,
        one.extensions.join(' '),
        one.firmware ?? '',
        one.address ?? '',
        momentText(one.fetchedAt),
        one.registered === undefined || one.registered === 0
          ? momentText(one.registeredAt)
          : `${one.registered} of ${one.extensions.length} now`,
        one.enabled ? one.drift : 'disabled',
      ]);
      return done(phones, table(HEADS, rows));
    }),
};

const show: Command = {
  words: 'phone show',
  summary: 'show a phone: its lines, keys, access and uploads',
  takes: ['<mac>'],
  options: { org: ORG },
  run: async (invocation) =>
    withPhone(invocation, async (phone, place) => {
      const source = await readPhoneSource(place.db, place.box, phone.id);
      const access = accessOf(place, phone);
      const uploads = await listUploads(place.db, phone.id);
      const lines = source?.lines.map(({ position, username, extension, name, label }) => ({
        ...{ position, username, extension, name, label },
      }));
      const keys = source?.keys.map(keyText) ?? [];
      const { mac, model, enabled, firmware, address, agent, fetchedAt } = phone;
      const sites = await listSites(place.db, phone.organisationId);
      const site = sites.find(({ id }) => id === phone.siteId)?.name;
      const facts = {
        mac: macText(mac),
        model,
        site,
        enabled,
        firmware,
        agent,
        address,
        fetchedAt,
      };
      const drift = await driftOf(place, phone);
      const text = [
        `${facts.mac}  ${model}${site === undefined ? '' : `  ${site}`}${enabled ? '' : '  (disabled)'}`,
        `firmware  ${firmware ?? 'unknown'}   fetched ${momentText(fetchedAt)}   ${drift}`,
        accessText(access),
        ...(lines ?? []).map(
          (line) => `line ${line.position}    ${line.extension} ${line.name}  ${line.username}`,
        ),
        ...keys.map((key) => `key       ${key}`),
        ...uploads.map(({ file, bytes }) => `upload    ${file} ${bytes} bytes`),
      ].join('\n');
      return done({ ...facts, ...access, lines, keys, uploads, drift }, text);
    }),
};

const remove: Command = {
  words: 'phone remove',
  summary: 'remove a phone and the accounts of its lines',
  takes: ['<mac>'],
  options: { org: ORG },
  run: async (invocation) =>
    withPhone(invocation, async (phone, place) => {
      await removePhone(place.db, phone.id);
      await rm(join(uploadsFolder(place.config), phone.id), { recursive: true, force: true });
      const mac = macText(phone.mac);
      return changed(place, invocation, done({ mac }, `removed ${mac}`));
    }),
};

const key: Command = {
  words: 'phone key',
  summary: 'put keys on a phone, or take them off',
  takes: ['<mac>'],
  options: {
    key: { value: '<key>=<does>…', many: true, summary: KEY_FORM },
    clear: { value: '<key>', many: true, summary: 'a key that shall do nothing: 3, or 1.3' },
    org: ORG,
  },
  run: async (invocation) =>
    withPhone(invocation, async (phone, place) => {
      const model = modelNamed(phone.model);
      if ('kind' in model) return model;
      const put = readKeys(invocation.lists.get('key') ?? [], model.model);
      if ('kind' in put) return put;
      const clear: KeyPlace[] = [];
      for (const text of invocation.lists.get('clear') ?? []) {
        const at = readPlace(text);
        if (at === undefined || !hasKey(model.model, at)) {
          return refused('no-such-key', `${model.name} has no key ${text}`);
        }
        clear.push(at);
      }
      const source = await readPhoneSource(place.db, place.box, phone.id);
      const positions = source?.lines.map(({ position }) => position) ?? [];
      if (put.some(({ line }) => line !== undefined && !positions.includes(line))) {
        return refusedBecause('key-without-line');
      }
      await setKeys(place.db, phone.id, { put, clear });
      const keys = (await listKeys(place.db, phone.id)).map(keyText);
      return changed(place, invocation, done({ mac: macText(phone.mac), keys }, keys.join('\n')));
    }),
};

const token: Command = {
  words: 'phone token',
  summary: 'give a phone a new URL and password; the old ones open nothing from then on',
  takes: ['<mac>'],
  options: { org: ORG },
  run: async (invocation) =>
    withPhone(invocation, async (phone, place) => {
      await rotateToken(place.db, place.box, phone);
      const now = await findPhone(place.db, { id: phone.id });
      if (now === undefined) return refusedBecause('unknown-phone');
      const access = accessOf(place, now);
      const data = { mac: macText(phone.mac), ...access };
      return changed(place, invocation, done(data, accessText(access)));
    }),
};

const switched = (words: string, enabled: boolean, summary: string): Command => ({
  words,
  summary,
  takes: ['<mac>'],
  options: { org: ORG },
  run: async (invocation) =>
    withPhone(invocation, async (phone, place) => {
      await enablePhone(place.db, phone.id, enabled);
      const mac = macText(phone.mac);
      const text = `${mac} is ${enabled ? 'on' : 'off'}`;
      return changed(place, invocation, done({ mac, enabled }, text));
    }),
});

const log: Command = {
  words: 'phone log',
  summary: 'show what a phone asked for, and what it got; the newest first',
  takes: ['<mac>'],
  options: { limit: { value: '<n>', summary: 'how many; 50' }, org: ORG },
  run: async (invocation) =>
    withPhone(invocation, async (phone, { db }) => {
      const limit = Number(invocation.values.get('limit') ?? 50);
      if (!Number.isInteger(limit) || limit < 1 || limit > 10_000)
        return refusedBecause('bad-limit');
      const requests = (await listRequests(db, phone.id, limit)).map(
        ({ at, method, file, status, address }) => ({ at, method, file, status, address }),
      );
      const rows = requests.map((one) => [
        new Date(one.at).toISOString(),
        one.method,
        one.file,
        String(one.status),
        one.address,
      ]);
      return done(requests, table(['AT', 'METHOD', 'FILE', 'STATUS', 'ADDRESS'], rows));
    }),
};

const momentText = (at: number | undefined): string =>
  at === undefined ? 'never' : new Date(at).toISOString();

function latest(moments: readonly (number | undefined)[]): number | undefined {
  const known = moments.filter((moment) => moment !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

const HEADS = [
  ...['MAC', 'MODEL', 'LINES', 'FIRMWARE', 'ADDRESS', 'FETCHED', 'REGISTERED', 'FILES'],
] as const;

export const phoneCommands: readonly Command[] = [
  phoneAddCommand,
  list,
  show,
  remove,
  key,
  phoneSetCommand,
  phoneUnsetCommand,
  explainCommand,
  previewCommand,
  diffCommand,
  log,
  resyncCommand,
  rebootCommand,
  armCommand,
  claimCommand,
  token,
  switched('phone disable', false, 'give a phone nothing any more, as if it were unknown'),
  switched('phone enable', true, 'give a disabled phone its files again'),
  importCommand,
  phoneDhcpCommand,
  ...siteCommands,
];
