import { listServed } from '../common/db/phone-traffic.ts';
import type { PhoneRecord } from '../common/db/phones.ts';
import { filesOf, readPhone } from '../provisioning/source/files-of-phone.ts';
import type { Phone } from '../provisioning/phone/phone.ts';
import { vendorOfModel } from '../provisioning/models/nearest.ts';
import { type Command, done, refused } from './command.ts';
import { changesBetween, restartsFor } from './phone-changes.ts';
import { macText, withPhone } from './phone-place.ts';
import { refusedBecause } from './refusals.ts';
import { ORG } from './users.ts';
import type { Workplace } from './workplace.ts';

export const previewCommand: Command = {
  words: 'phone preview',
  summary: 'print exactly what a phone would get now, its secrets masked',
  takes: ['<mac>'],
  options: {
    file: { value: '<name>', summary: 'only that one' },
    secrets: { summary: 'with the secrets' },
    org: ORG,
  },
  run: async (invocation) =>
    withPhone(invocation, async (record, place) => {
      const phone = await readPhone(place, record.id);
      if (phone === undefined) return refusedBecause('unknown-phone');
      const wanted = invocation.values.get('file')?.toLowerCase();
      const shown = invocation.switches.has('secrets') ? asIs : maskOf(phone);
      const all = filesOf(phone);
      const files = all
        .filter(({ name }) => wanted === undefined || name === wanted)
        .map(({ name, type, etag, bytes }) => ({
          name,
          type,
          etag,
          text: shown(bytes.toString()),
        }));
      if (files.length === 0) {
        const names = all.map(({ name }) => name).join(', ');
        return refused('no-such-file', `there is no file ${wanted ?? ''}; there are ${names}`);
      }
      const [first] = files;
      const text =
        files.length === 1 && first !== undefined
          ? first.text.trimEnd()
          : files.map(({ name, text }) => `==> ${name} <==\n${text}`).join('\n');
      return done(files, text);
    }),
};

export const diffCommand: Command = {
  words: 'phone diff',
  summary: 'show what a phone would get anew, and whether it restarts for it',
  takes: ['<mac>'],
  options: { secrets: { summary: 'with the secrets' }, org: ORG },
  run: async (invocation) =>
    withPhone(invocation, async (record, place) => {
      const phone = await readPhone(place, record.id);
      if (phone === undefined) return refusedBecause('unknown-phone');
      const shown = invocation.switches.has('secrets') ? asIs : maskOf(phone);
      const served = new Map(
        (await listServed(place.db, place.box, record.id)).map((file) => [file.file, file]),
      );
      const vendor = vendorOfModel(record.model);
      const files = filesOf(phone).map(({ name, bytes }) => {
        const before = served.get(name);
        const changes = changesBetween(before?.content.toString() ?? '', bytes.toString());
        return {
          name,
          servedAt: before?.servedAt,
          reboots: before !== undefined && restartsFor(vendor, changes),
          removed: changes.removed.map(shown),
          added: changes.added.map(shown),
        };
      });
      const reboots = files.some((file) => file.reboots);
      const differing = files.filter(({ removed, added }) => removed.length + added.length > 0);
      const text =
        differing.length === 0
          ? 'it has the newest'
          : [
              ...differing.flatMap(({ name, servedAt, removed, added }) => [
                `==> ${name}, ${servedAt === undefined ? 'never fetched' : `as fetched ${new Date(servedAt).toISOString()}`} <==`,
                ...removed.map((line) => `- ${line}`),
                ...added.map((line) => `+ ${line}`),
              ]),
              reboots ? 'the phone restarts for this' : 'the phone takes this without a restart',
            ].join('\n');
      return done({ mac: macText(record.mac), reboots, files: differing }, text);
    }),
};

/** Whether a phone has what it would get now. */
export type Drift = 'newest' | 'older' | 'never fetched';

export async function driftOf(place: Workplace, record: PhoneRecord): Promise<Drift> {
  const phone = await readPhone(place, record.id);
  const served = await listServed(place.db, place.box, record.id);
  if (phone === undefined || served.length === 0) return 'never fetched';
  const tags = new Map(served.map(({ file, etag }) => [file, etag]));
  return filesOf(phone).every(({ name, etag }) => tags.get(name) === etag) ? 'newest' : 'older';
}

const asIs = (text: string): string => text;

/** Every secret the phone has, and every vendor key that sounds like one, wherever it stands. */
function maskOf(phone: Phone): (text: string) => string {
  const token = new URL(phone.server.url).pathname.split('/').find((part) => part !== '');
  const secrets = [
    phone.adminPassword,
    ...phone.lines.map(({ password }) => password),
    ...(token === undefined ? [] : [token]),
    ...[...phone.vendorKeys].flatMap(([name, value]) =>
      /pass|secret|pin|key|token/i.test(name) && value.length > 2 ? [value] : [],
    ),
  ].sort((a, b) => b.length - a.length);
  return (text) => secrets.reduce((masked, secret) => masked.replaceAll(secret, '********'), text);
}
