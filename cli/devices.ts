import type { Config } from '../common/config.ts';
import {
  addDevice,
  type DeviceRecord,
  removeDevice,
  rotateDevice,
  setVerified,
} from '../common/db/devices.ts';
import type { OrganisationRecord } from '../common/db/organisations.ts';
import { readE164 } from '../common/phone-number.ts';
import { type Command, done, wrongUsage } from './command.ts';
import { deviceListCommand } from './device-list.ts';
import { refusedBecause } from './refusals.ts';
import { ORG, withUser } from './users.ts';
import { changed, inOrganisation } from './workplace.ts';

const add: Command = {
  words: 'device add',
  summary: 'give a person an app, a desk phone or a mobile; its password is shown once',
  takes: ['<extension>'],
  options: {
    kind: { value: '<app|desk|mobile>', required: true, summary: 'what it is' },
    label: { value: '<text>', summary: 'what its owner calls it' },
    to: { value: '<+E164>', summary: 'where a mobile is dialled' },
    org: ORG,
  },
  run: async (invocation) => {
    const kind = KINDS.find((known) => known === invocation.values.get('kind'));
    if (kind === undefined) return wrongUsage('--kind is app, desk or mobile');
    return withUser(invocation, async (user, place, organisation) => {
      const text = invocation.values.get('to');
      const to = text === undefined ? undefined : readE164(text, organisation);
      if (text !== undefined && to === undefined) return refusedBecause('bad-number');
      const wanted = { kind, label: invocation.values.get('label'), to };
      const result = await addDevice(place.db, place.box, user, wanted, place.now);
      if (result.kind === 'refused') return refusedBecause(result.why);
      const account = accountOf(place.config, organisation, result.device, result.password);
      return changed(place, invocation, done(account, told(account)));
    });
  },
};

const remove: Command = {
  words: 'device remove',
  summary: 'remove a device and end its registration',
  takes: ['<id>'],
  options: { org: ORG },
  run: async (invocation) =>
    inOrganisation(invocation, async (organisation, place) => {
      const id = invocation.args[0] ?? '';
      if (!(await removeDevice(place.db, organisation.id, id))) {
        return refusedBecause('unknown-device');
      }
      return changed(place, invocation, done({ id }, `removed ${id}`));
    }),
};

const verify: Command = {
  words: 'device verify',
  summary: 'say that a mobile’s number is known to be the person’s own, so that calls may show it',
  takes: ['<id>'],
  options: { undo: { summary: 'it is not, or no longer' }, org: ORG },
  run: async (invocation) =>
    inOrganisation(invocation, async (organisation, place) => {
      const id = invocation.args[0] ?? '';
      const verified = !invocation.switches.has('undo');
      const why = await setVerified(place.db, organisation.id, id, verified);
      if (why !== undefined) return refusedBecause(why);
      const words = `the number of ${id} is ${verified ? '' : 'not '}verified`;
      return changed(place, invocation, done({ id, verified }, words));
    }),
};

const rotate: Command = {
  words: 'device rotate',
  summary: 'give a device a new password, shown once',
  takes: ['<id>'],
  options: { org: ORG },
  run: async (invocation) =>
    inOrganisation(invocation, async (organisation, place) => {
      const id = invocation.args[0] ?? '';
      const result = await rotateDevice(place.db, place.box, organisation.id, id);
      if (result.kind === 'refused') return refusedBecause(result.why);
      const account = accountOf(place.config, organisation, result.device, result.password);
      return changed(place, invocation, done(account, told(account)));
    }),
};

export const deviceCommands: readonly Command[] = [add, deviceListCommand, remove, verify, rotate];

interface Account {
  readonly id: string;
  readonly kind: string;
  readonly label: string;
  readonly domain: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly to: string | undefined;
  /** Where to register, one per transport that is on; empty for a mobile. */
  readonly transports: readonly Transport[];
}

interface Transport {
  readonly transport: 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';
  readonly server: string;
  readonly port: number;
}

function accountOf(
  config: Config,
  { domain }: OrganisationRecord,
  { id, kind, label, username, to }: DeviceRecord,
  password: string | undefined,
): Account {
  const transports = kind === 'mobile' ? [] : transportsOf(config);
  return { id, kind, label, domain, username, password, to, transports };
}

function transportsOf({ bind, ports }: Config): readonly Transport[] {
  const at = (transport: Transport['transport'], port: number | undefined) =>
    port === undefined ? [] : [{ transport, server: bind, port }];
  return [
    ...at('udp', ports.sip),
    ...at('tcp', ports.sip),
    ...at('tls', ports.sipTls),
    ...at('ws', ports.ws),
    ...at('wss', ports.wss),
  ];
}

function told({ id, label, domain, username, password, to, transports }: Account): string {
  if (username === undefined || password === undefined)
    return `${id}  ${label}, dialled at ${to ?? ''}`;
  const servers = transports.map(({ transport, server, port }) => `${transport} ${server}:${port}`);
  return [
    `id        ${id}`,
    `domain    ${domain}`,
    `username  ${username}`,
    `password  ${password}   (shown this once)`,
    `server    ${servers.join(', ')}`,
  ].join('\n');
}

const KINDS = ['app', 'desk', 'mobile'] as const;
