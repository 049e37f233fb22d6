import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openLog } from '../common/log.ts';
import { systemClock } from '../common/time.ts';
import { keepLamps } from '../daemon/lamps/keep-lamps.ts';
import { createLines } from '../daemon/lines/lines.ts';
import { lampLoad } from './lamp-load.ts';
import { type LampArm, openLampRig } from './lamp-rig.ts';
import { CALLS_PER_SECOND } from './rate.ts';
import type { Result } from './result.ts';
import { bigDirectory } from './big-world.ts';
import { median, quantile } from './statistics.ts';

const CALLS = Number(process.env['BENCH_CALLS'] ?? 40);
const LOAD_CALLS = 200;

/** From what a phone sends to what a watcher hears of it, beside FreeSWITCH's own presence; and a whole look at 10,000 lamps. */
export async function lamps(): Promise<readonly Result[]> {
  return [...(await latencies()), ...(await underLoad()), ...(await reconciling())];
}

async function underLoad(): Promise<readonly Result[]> {
  const native = await lampLoad('native', LOAD_CALLS);
  const vaxel = await lampLoad('vaxel', LOAD_CALLS);
  const of = (what: string, q: number, target: number): Result => ({
    ...{ what: `… to 1,000 keys, ${CALLS_PER_SECOND} calls/s, ${what}`, unit: 'ms' },
    ...{ native: quantile(native.took, q), vaxel: quantile(vaxel.took, q) },
    target: { is: 'at most', value: target },
  });
  return [
    of('median', 0.5, 15),
    of('p99', 0.99, 45),
    {
      ...{ what: `NOTIFYs that were not sent, of ${vaxel.took.length + vaxel.missing}`, unit: '' },
      ...{ native: native.missing, vaxel: vaxel.missing },
      target: { is: 'at most', value: 0 },
    },
  ];
}

async function latencies(): Promise<readonly Result[]> {
  const rig = await openLampRig();
  try {
    const took: Record<LampArm, number[]> = { native: [], vaxel: [] };
    const missing: Record<LampArm, number> = { native: 0, vaxel: 0 };
    for (let i = 0; i < CALLS; i += 1) {
      for (const arm of i % 2 === 0
        ? (['native', 'vaxel'] as const)
        : (['vaxel', 'native'] as const)) {
        const times = await rig.call(arm);
        took[arm].push(...times.flatMap((ms) => ms ?? []));
        missing[arm] += times.filter((ms) => ms === undefined).length;
      }
    }
    const line = (
      what: string,
      of: (values: readonly number[]) => number,
      target: number,
    ): Result => ({
      ...{ what: `SIP event to NOTIFY, ${what}`, unit: 'ms' },
      ...{
        native: of(took.native),
        vaxel: of(took.vaxel),
        target: { is: 'at most', value: target },
      },
    });
    return [
      line('median', median, 15),
      line('p99', (values) => quantile(values, 0.99), 45),
      {
        ...{ what: `changes never told, of ${3 * CALLS}`, unit: '', native: missing.native },
        ...{ vaxel: missing.vaxel, target: { is: 'at most', value: 0 } },
      },
    ];
  } finally {
    await rig.stop();
  }
}

async function reconciling(): Promise<readonly Result[]> {
  const directory = await bigDirectory();
  const lines = createLines(directory);
  const before = process.memoryUsage().heapUsed;
  const kept = keepLamps({
    ...{
      directory: () => directory,
      lines,
      activityOf: () => undefined,
      isForwarded: () => false,
      newMessages: () => Promise.resolve(0),
      parked: () => Promise.resolve(undefined),
      orphans: { tell: () => Promise.resolve() },
    },
    control: () => ({ send: () => Promise.resolve('+OK') }),
    ...{ log: openLog('bench', 'silent'), clock: systemClock },
  });
  const [organisation] = directory.organisations.values();
  const { domain, users } = organisation ?? { domain: '', users: new Map<string, never>() };
  const standing = [...users.keys()].map((name, i) => ({
    ...{ lamp: { kind: 'vaxel' as const, name, domain }, subscription: `s${i}` },
    ...{ watcher: `100@${domain}`, lasts: 600_000 },
  }));
  await kept.again(standing);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const began = performance.now();
  await kept.reconcile();
  const took = performance.now() - began;
  delay.disable();
  const grown = (process.memoryUsage().heapUsed - before) / 2 ** 20;
  return [
    {
      what: 'one look at 10,000 lamps',
      unit: 'ms',
      vaxel: took,
      target: { is: 'at most', value: 500 },
    },
    {
      ...{ what: '… the longest the event loop stood still', unit: 'ms', vaxel: delay.max / 1e6 },
      target: { is: 'at most', value: 20 },
    },
    {
      what: '… memory of all of it',
      unit: 'MB',
      vaxel: grown,
      target: { is: 'at most', value: 50 },
    },
  ];
}
