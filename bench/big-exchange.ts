import { type Config, databaseFile, loadConfig } from '../common/config.ts';
import { openDb } from '../common/db/open.ts';
import { openSecrets } from '../common/secrets.ts';
import { eventually } from '../test/support/eventually.ts';
import { isOpen } from '../test/support/is-open.ts';
import { seedBigCompany } from './big-company.ts';
import { type ForkRig, openForkRig } from './fork-rig.ts';
import { residentMb } from './process.ts';
import { CALLS_PER_SECOND } from './rate.ts';
import type { Result } from './result.ts';
import { median } from './statistics.ts';

const PER_SECOND = CALLS_PER_SECOND / 2;

/** A whole exchange that becomes one of 10,000 users with two devices each while calls go on. */
export async function bigExchange(): Promise<readonly Result[]> {
  const rig = await openForkRig();
  try {
    await rig.calls('vaxel', 10, PER_SECOND);
    const quiet = await answerTimes(rig, 50);
    const smallMb = residentMb(await rig.exchange.daemonPid());
    await seed(loadConfig(rig.exchange.env));
    const began = performance.now();
    const busy = answerTimes(rig, 50);
    await fetch(`http://127.0.0.1:${rig.exchange.httpPort}/v1/refresh`, { method: 'POST' });
    const refreshMs = performance.now() - began;
    const during = await busy;
    const reload = performance.now();
    await rig.exchange.esl.bgapi('reloadxml', 60_000);
    const reloadMs = performance.now() - reload;
    const restart = await restartDaemon(rig);
    await rig.calls('vaxel', 50, PER_SECOND);
    return [
      { what: 'FreeSWITCH’s reloadxml', unit: 'ms', vaxel: reloadMs },
      { what: 'from the commit until FreeSWITCH has it', unit: 'ms', vaxel: refreshMs },
      { what: '200 to the caller, quiet, median', unit: 'ms', vaxel: median(quiet) },
      { what: '  slowest', unit: 'ms', vaxel: Math.max(...quiet) },
      { what: '200 to the caller, while publishing, median', unit: 'ms', vaxel: median(during) },
      { what: '  slowest', unit: 'ms', vaxel: Math.max(...during) },
      { what: '  not answered, of 50', unit: 'calls', vaxel: 50 - during.length, ...none },
      {
        what: 'daemon ended to first call it answers',
        unit: 's',
        vaxel: restart,
        target: { is: 'at most', value: 5 },
      },
      { what: 'the daemon’s memory, two users', unit: 'MB', vaxel: smallMb },
      {
        what: 'the daemon’s memory, 10,000 users, after 50 calls',
        unit: 'MB',
        vaxel: residentMb(await rig.exchange.daemonPid()),
        target: { is: 'at most', value: 150 },
      },
    ];
  } finally {
    await rig.stop();
  }
}

const none = { target: { is: 'at most', value: 0 } } as const;

async function seed(config: Config): Promise<void> {
  const db = openDb(databaseFile(config));
  try {
    await seedBigCompany(db, openSecrets(config).box);
  } finally {
    await db.destroy();
  }
}

async function answerTimes(rig: ForkRig, count: number): Promise<readonly number[]> {
  const tags = await rig.calls('vaxel', count, PER_SECOND);
  const times = rig.times();
  return tags.flatMap((tag) => times.get(tag ?? '')?.answered ?? []);
}

/**
 * Ends the daemon, which is then started again by the program around it, after
 * the tenth of a second that it leaves between a fall and a start.
 * @returns seconds until the new one has routed a call.
 */
async function restartDaemon({ exchange, call }: ForkRig): Promise<number> {
  const routed = () => exchange.daemonLog().filter(({ msg }) => msg === 'call routed').length;
  const before = routed();
  const old = await exchange.daemonPid();
  const port = Number(exchange.env['VAXEL_ROUTE_PORT']);
  const began = performance.now();
  process.kill(old, 'SIGTERM');
  await eventually('closing of the old daemon’s door', async () => !(await isOpen(port)));
  await eventually('opening of the new daemon’s door', () => isOpen(port), 60_000);
  const opened = performance.now();
  if ((await call('vaxel')) === undefined) throw new Error('the first call was not answered');
  await eventually('call routed', () => routed() > before);
  return (opened - began) / 1_000;
}
