import { existsSync } from 'node:fs';
import { type Config, databaseFile, loadConfig } from '../common/config.ts';
import { type DeviceOwner, listDeviceOwners } from '../common/db/device-owners.ts';
import { openDb } from '../common/db/open.ts';
import { VaxelError } from '../common/errors.ts';
import { isBelowSafe, SAFE_VERSION } from '../daemon/freeswitch/version.ts';
import type { DaemonStatus, FreeSwitchStatus } from '../daemon/status.ts';
import { type Command, type Invocation, type Outcome, refused } from './command.ts';
import { daemonDown } from './daemon-down.ts';
import { table } from './print.ts';
import { readStatus } from './read-status.ts';

export const statusCommand: Command = {
  words: 'status',
  summary: 'show FreeSWITCH, calls, and who is registered; exit code 1 where calls are not routed',
  takes: [],
  options: {},
  run: status,
};

async function status({ env }: Invocation): Promise<Outcome> {
  const config = loadConfig(env);
  const found = await readStatus(config);
  if (found === undefined) {
    const { found: down, mend } = daemonDown(config);
    return refused(
      'daemon-down',
      `${down}: ${mend}. Meanwhile FreeSWITCH rings every device by itself`,
    );
  }

  const registrations = registrationsOf(found.freeswitch, await owners(config));
  const warnings = warningsOf(found);
  const freeswitch = { ...found.freeswitch, ...(registrations && { registrations }) };
  return {
    kind: 'done',
    data: { ...found, freeswitch, warnings },
    text: told(found, warnings, registrations),
    exitCode: found.freeswitch.state === 'connected' ? 0 : 1,
  };
}

interface Registered {
  readonly account: string;
  readonly contact: string;
  readonly address: string;
  readonly agent: string;
  /** Undefined where the database cannot be read, or the account has just been removed. */
  readonly owner: DeviceOwner | undefined;
}

function registrationsOf(
  freeswitch: FreeSwitchStatus,
  known: ReadonlyMap<string, DeviceOwner>,
): readonly Registered[] | undefined {
  if (freeswitch.state !== 'connected') return undefined;
  return freeswitch.registrations
    .map(({ username, domain, ...where }) => {
      const account = `${username}@${domain}`;
      return { account, ...where, owner: known.get(account) };
    })
    .toSorted((one, other) => one.account.localeCompare(other.account));
}

/** A database that cannot be read takes the names away, not the status. */
async function owners(config: Config): Promise<ReadonlyMap<string, DeviceOwner>> {
  const file = databaseFile(config);
  if (!existsSync(file)) return new Map();
  try {
    const db = openDb(file);
    try {
      return await listDeviceOwners(db);
    } finally {
      await db.destroy();
    }
  } catch (error) {
    if (error instanceof VaxelError) return new Map();
    throw error;
  }
}

function warningsOf({ freeswitch, prompts, lamps }: DaemonStatus): readonly string[] {
  return [
    ...(freeswitch.state === 'connected' && isBelowSafe(freeswitch.version)
      ? [`FreeSWITCH ${freeswitch.version} has known holes: install ${SAFE_VERSION} or later`]
      : []),
    ...(lamps.wrong > 0 ? [`${lamps.wrong} lamps show what is not true: vaxel lamps --wrong`] : []),
    ...(prompts === 'failed' ? ['prompts could not be made: see the log of vaxel-daemon'] : []),
  ];
}

function told(
  { pid, startedAt, directoryRevision, freeswitch, calls, prompts, lamps }: DaemonStatus,
  warnings: readonly string[],
  registrations: readonly Registered[] | undefined,
): string {
  const since = new Date(startedAt).toISOString();
  const lines = [
    `FreeSWITCH     ${freeSwitchLine(freeswitch)}`,
    ...(freeswitch.state === 'connected'
      ? [`now            ${freeswitch.calls} calls, ${freeswitch.channels} channels`]
      : []),
    `routed         ${calls.routed} calls; left to FreeSWITCH: ${calls.native}`,
    `prompts        ${prompts}`,
    `lamps          ${lamps.watched} watched, ${lamps.wrong} wrong`,
    `daemon         process ${pid} since ${since}, directory revision ${directoryRevision}`,
    ...warnings.map((warning) => `warning        ${warning}`),
  ];
  if (registrations === undefined) return lines.join('\n');
  const rows = registrations.map(({ account, address, agent, owner }) => [
    owner?.extension ?? '',
    owner?.name ?? '',
    owner === undefined ? '' : `${owner.kind}, ${owner.label}`,
    account,
    address,
    agent,
  ]);
  const heads = ['EXTENSION', 'NAME', 'DEVICE', 'ACCOUNT', 'ADDRESS', 'AGENT'];
  return [
    ...lines,
    '',
    `Registered: ${rows.length}`,
    ...(rows.length > 0 ? [table(heads, rows)] : []),
  ].join('\n');
}

function freeSwitchLine(freeswitch: FreeSwitchStatus): string {
  switch (freeswitch.state) {
    case 'connected':
      return `${freeswitch.version}, connected for commands and for events`;
    case 'absent':
      return `not connected: ${freeswitch.why}`;
    case 'refused':
      return `refused: ${freeswitch.why} (vaxel doctor says how to mend it)`;
  }
}
