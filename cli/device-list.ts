import { type DeviceRecord, listDevices } from '../common/db/devices.ts';
import { listUsers } from '../common/db/users.ts';
import type { EpochMs } from '../common/time.ts';
import { type Command, done } from './command.ts';
import { type Place, placesByAccount } from './places.ts';
import { table } from './print.ts';
import { readStatus } from './read-status.ts';
import { ORG } from './users.ts';
import { inOrganisation } from './workplace.ts';

export const deviceListCommand: Command = {
  words: 'device list',
  summary: 'list the devices, of everybody or of one person, and where they are registered',
  takes: [],
  options: { user: { value: '<extension>', summary: 'only his' }, org: ORG },
  run: async (invocation) =>
    inOrganisation(invocation, async ({ id, domain }, { config, db }) => {
      const extension = invocation.values.get('user');
      const users = new Map((await listUsers(db, id)).map((user) => [user.id, user]));
      const places = placesByAccount(await readStatus(config));
      const devices = (await listDevices(db, id))
        .map((device) => ({
          ...device,
          extension: users.get(device.userId)?.extension,
          ...presenceOf(device, domain, places),
        }))
        .filter((one) => extension === undefined || one.extension === extension);
      return done(devices, table(HEADS, devices.map(rowOf)));
    }),
};

interface Presence {
  /** Undefined where nobody can say: the daemon or FreeSWITCH is away, or it is a mobile. */
  readonly online: boolean | undefined;
  /** One account may be registered from several places. */
  readonly places: readonly Place[];
}

function presenceOf(
  { username }: DeviceRecord,
  domain: string,
  places: ReadonlyMap<string, readonly Place[]> | undefined,
): Presence {
  if (username === undefined || places === undefined) return { online: undefined, places: [] };
  const here = places.get(`${username}@${domain}`) ?? [];
  return { online: here.length > 0, places: here };
}

type Row = DeviceRecord & Presence & { readonly extension: string | undefined };

function rowOf(one: Row): readonly string[] {
  const last = { address: one.seenAddress ?? '', agent: one.seenAgent ?? '' };
  const shown = one.places.length > 0 ? one.places : [last];
  return [
    one.id,
    one.extension ?? '',
    one.kind,
    one.label,
    one.username ?? one.to ?? '',
    one.online === undefined ? '' : one.online ? 'online' : 'offline',
    shown.map(({ address }) => address).join(', '),
    shown.map(({ agent }) => agent).join(', '),
    one.kind === 'mobile' ? '' : seen(one.seenAt),
  ];
}

const seen = (at: EpochMs | undefined): string =>
  at === undefined ? 'never' : new Date(at).toISOString();

const HEADS = [
  ...['ID', 'EXTENSION', 'KIND', 'LABEL', 'ACCOUNT'],
  ...['STATE', 'ADDRESS', 'AGENT', 'SEEN'],
] as const;
