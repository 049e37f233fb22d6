import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, databaseFile, loadConfig } from '../common/config.ts';
import { migrate } from '../common/db/migrate.ts';
import { type Db, openDb } from '../common/db/open.ts';
import { addOrganisation, listOrganisations } from '../common/db/organisations.ts';
import { openLog } from '../common/log.ts';
import { packageRoot } from '../common/package-root.ts';
import { openSecrets } from '../common/secrets.ts';
import { systemClock } from '../common/time.ts';
import { loadDirectory } from '../daemon/directory.ts';
import { findFreeSwitch } from '../daemon/freeswitch/find-binary.ts';
import { freeSwitchArguments, layoutOf } from '../daemon/freeswitch/layout.ts';
import { memoryFolder } from '../daemon/freeswitch/memory-folder.ts';
import { isBelowSafe, SAFE_VERSION } from '../daemon/freeswitch/version.ts';
import { createPublisher } from '../daemon/freeswitch/publish.ts';
import { type Command, done, type Invocation, type Outcome } from './command.ts';
import { NODE_ENVIRONMENT, NODE_OPTIONS } from './start/node-options.ts';
import { startChild, type Child } from './start/child.ts';
import { untilReady } from './start/ready.ts';
import { freePort, refuseTakenPorts } from './start/ports.ts';
import { untilSignal } from './start/signal.ts';

/** Everything on one machine, with the embedded defaults, until Ctrl-C. */
export const startCommand: Command = {
  words: 'start',
  summary: 'run the whole exchange on this machine until Ctrl-C',
  takes: [],
  options: {},
  run: start,
};

async function start(invocation: Invocation): Promise<Outcome> {
  const config = loadConfig(invocation.env);
  const say = (text: string) => {
    if (!invocation.json) invocation.stdout.write(`${text}\n`);
  };
  const binary = findFreeSwitch(config.freeswitch, invocation.env['PATH']);
  await refuseTakenPorts(config, binary !== undefined);
  const routePort = await freePort(config.ports.route);
  const domain = await prepare(config, routePort);

  if (binary !== undefined && !existsSync(join(layoutOf(config.state).tls, 'dtls-srtp.pem'))) {
    say('Starting FreeSWITCH; the first time it makes its keys, which takes up to a minute.');
  }
  const children = startAll(config, binary, routePort, invocation, say);
  const stopped = untilSignal();
  const ready = binary === undefined ? undefined : await untilReady(config, stopped);
  for (const line of welcome(config, domain, binary, ready)) say(line);

  await stopped;
  say('Stopping.');
  for (const child of children.toReversed()) await child.stop();
  return done({ stopped: true }, '');
}

/** Brings database, secrets and FreeSWITCH's configuration into being. @returns the first domain. */
async function prepare(config: Config, routePort: number): Promise<string> {
  mkdirSync(config.state, { recursive: true, mode: 0o700 });
  const secrets = openSecrets(config);
  const db = openDb(databaseFile(config));
  try {
    await migrate(db);
    const domain = await firstOrganisation(db);
    const layout = layoutOf(config.state);
    for (const folder of Object.values(layout) as string[]) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    }
    mkdirSync(join(config.state, 'log'), { recursive: true, mode: 0o700 });
    const log = openLog('vaxel', 'silent');
    const publisher = createPublisher({ config, routePort, secrets, db, log });
    await publisher.publish(await loadDirectory(db), undefined, true);
    return domain;
  } finally {
    await db.destroy();
  }
}

/** A name that means this machine to most resolvers (RFC 6761 §6.3), so that a softphone needs no DNS of ours. */
const FIRST_DOMAIN = 'vaxel.localhost';

async function firstOrganisation(db: Db): Promise<string> {
  const [first] = await listOrganisations(db);
  if (first !== undefined) return first.domain;
  const wanted = { domain: FIRST_DOMAIN, name: 'My company', areaCode: '08' };
  await addOrganisation(db, wanted, systemClock());
  return FIRST_DOMAIN;
}

function startAll(
  config: Config,
  binary: string | undefined,
  routePort: number,
  { env }: Invocation,
  say: (text: string) => void,
): readonly Child[] {
  const logFile = (name: string) => join(config.state, 'log', `${name}.log`);
  const program = (folder: string) => join(packageRoot(), 'dist', folder, 'main.js');
  const node = {
    command: process.execPath,
    env: { ...NODE_ENVIRONMENT, ...env, VAXEL_ROUTE_PORT: String(routePort) },
  };
  const programs = ['daemon', 'provisioning'].map((folder) => ({
    ...node,
    name: `vaxel-${folder}`,
    args: [...NODE_OPTIONS, program(folder)],
    log: logFile(`vaxel-${folder}`),
  }));
  const layout = layoutOf(config.state);
  const tables = memoryFolder(config.state) ?? layout.db;
  const freeswitch =
    binary === undefined
      ? []
      : [
          {
            name: 'freeswitch',
            command: binary,
            args: freeSwitchArguments(layout, tables),
            env,
            log: logFile('freeswitch'),
          },
        ];
  return [...freeswitch, ...programs].map((spec) => startChild(spec, say));
}

function welcome(
  config: Config,
  domain: string,
  binary: string | undefined,
  ready: { readonly version: string } | undefined,
): readonly string[] {
  const { bind, ports, state } = config;
  const lines =
    binary === undefined
      ? [
          'No FreeSWITCH was found: calls are off, provisioning is on.',
          'Install FreeSWITCH, or set FREESWITCH to the path of its binary, and start again.',
        ]
      : ready === undefined
        ? [`FreeSWITCH (${binary}) is not answering yet; see ${join(state, 'log')}`]
        : [
            `vaxel is up, with FreeSWITCH ${ready.version}.`,
            ...(isBelowSafe(ready.version)
              ? [
                  `  Versions before ${SAFE_VERSION} have known holes: update it before others reach it.`,
                ]
              : []),
            `  phones and apps   sip:${domain}, server ${bind}:${ports.sip}`,
            `  trunks            ${bind}:${ports.trunk}`,
          ];
  return [
    ...lines,
    `  provisioning      http://${bind}:${ports.provisioning}/`,
    `  status            http://127.0.0.1:${ports.http}/v1/status`,
    `  state and logs    ${state}`,
    '',
    'Next, in another terminal:',
    '  npx vaxel user add 100 --name "Anna Berg"',
    '  npx vaxel device add 100 --kind app',
    'and register a softphone with what the second prints. Ctrl-C stops everything.',
  ];
}
