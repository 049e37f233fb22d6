import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../test/support/eventually.ts';
import { type Arm, type ForkRig, openForkRig } from './fork-rig.ts';
import { cpuMs } from './process.ts';
import { CALLS_PER_SECOND } from './rate.ts';
import type { Result } from './result.ts';
import { quantile } from './statistics.ts';

const FIRST_RATE = CALLS_PER_SECOND / 2;
const STEP = FIRST_RATE / 2;
const STEP_SECONDS = 5;
/** A step is steady while no more than this share of its calls fails, … */
const MAY_FAIL = 0.001;
/** … and its 99th percentile of INVITE to 200, which contains 60 ms of ringing, is below this: 500 ms at the usual rate. */
const P99_MS = 10_000 / CALLS_PER_SECOND;

/** How many forked calls a second each arm stands; they climb together, step by step. */
export async function capacity(): Promise<readonly Result[]> {
  const last = Number(process.env['BENCH_MAX_RATE'] ?? 4 * CALLS_PER_SECOND);
  const rig = await openForkRig();
  try {
    for (const arm of ['native', 'vaxel'] as const) await rig.calls(arm, 10, FIRST_RATE);
    const daemon = await rig.exchange.daemonPid();
    const highest: Record<Arm, number> = { native: 0, vaxel: 0 };
    const spent = { cpuMs: 0, calls: 0 };
    const climbing = new Set<Arm>(['native', 'vaxel']);
    for (let rate = FIRST_RATE; rate <= last && climbing.size > 0; rate += STEP) {
      for (const arm of [...climbing]) {
        const before = cpuMs(daemon);
        const { steady, line } = await step(rig, arm, rate);
        console.log(line);
        if (arm === 'vaxel') {
          spent.cpuMs += cpuMs(daemon) - before;
          spent.calls += Math.round(rate * STEP_SECONDS);
        }
        if (steady) highest[arm] = rate;
        else climbing.delete(arm);
        await drained(rig);
      }
    }
    return [
      {
        what: `steady calls/s, each forked to two${climbing.size > 0 ? ', not climbed further' : ''}`,
        unit: 'calls/s',
        ...highest,
        compared: 'ratio',
        target: { is: 'at least', value: 0.9 },
      },
      {
        what: 'the daemon’s processor time for a call',
        unit: 'ms',
        vaxel: spent.cpuMs / spent.calls,
        target: { is: 'at most', value: 3 },
      },
    ];
  } finally {
    await rig.stop();
  }
}

async function step(
  rig: ForkRig,
  arm: Arm,
  rate: number,
): Promise<{ readonly steady: boolean; readonly line: string }> {
  const tags = await rig.calls(arm, Math.round(rate * STEP_SECONDS), rate);
  const times = rig.times();
  const answered = tags.flatMap((tag) => times.get(tag ?? '')?.answered ?? []);
  const failed = tags.length - answered.length;
  const p99 = quantile(answered, 0.99);
  const steady = failed / tags.length <= MAY_FAIL && p99 <= P99_MS;
  const line = `${arm} ${rate}/s: ${failed} of ${tags.length} failed, 200 p99 ${p99.toFixed(0)} ms`;
  return { steady, line };
}

/** The next step begins on an empty exchange. */
async function drained({ exchange }: ForkRig): Promise<void> {
  const channels = () => exchange.esl.api('show channels count');
  await eventually(
    'end of every channel',
    async () => /^\s*0 total/.test(await channels()),
    60_000,
  );
  await pause(1_000);
}
