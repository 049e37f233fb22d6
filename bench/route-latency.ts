import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type Arm, type ForkRig, openForkRig } from './fork-rig.ts';
import { CALLS_PER_SECOND } from './rate.ts';
import type { Result } from './result.ts';
import { median, quantile } from './statistics.ts';

/** Arms take turns this often, so that what else the machine does falls on both. */
const BLOCK = 25;

/** How much later a forked call is on the wire when the daemon decides than when static XML does. */
export async function routeLatency(): Promise<readonly Result[]> {
  const count = Number(process.env['BENCH_CALLS'] ?? 100);
  const rig = await openForkRig();
  try {
    for (const arm of ['native', 'vaxel'] as const) await rig.calls(arm, 10, CALLS_PER_SECOND);
    const own = monitorEventLoopDelay({ resolution: 1 });
    own.enable();
    const tags = await interleaved(rig, count);
    own.disable();
    return [...latencies(rig, tags), ownStall(own.max)];
  } finally {
    await rig.stop();
  }
}

/** Blocks in the order native, vaxel, vaxel, native: neither arm is always the one that comes first. */
async function interleaved(
  rig: ForkRig,
  count: number,
): Promise<Readonly<Record<Arm, readonly (string | undefined)[]>>> {
  const tags: Record<Arm, (string | undefined)[]> = { native: [], vaxel: [] };
  for (let block = 0; block * BLOCK < count; block += 1) {
    const pair: readonly Arm[] = block % 2 === 0 ? ['native', 'vaxel'] : ['vaxel', 'native'];
    for (const arm of pair) {
      const size = Math.min(BLOCK, count - block * BLOCK);
      tags[arm].push(...(await rig.calls(arm, size, CALLS_PER_SECOND)));
    }
  }
  return tags;
}

function latencies(
  rig: ForkRig,
  tags: Readonly<Record<Arm, readonly (string | undefined)[]>>,
): readonly Result[] {
  const times = rig.times();
  const of = (arm: Arm, step: 'called' | 'ringing' | 'answered') =>
    tags[arm].flatMap((tag) => times.get(tag ?? '')?.[step] ?? []);
  const failed = (arm: Arm) => tags[arm].filter((tag) => tag === undefined).length;
  const steps = [
    ['called', 'INVITE to the callee'],
    ['ringing', '180 to the caller'],
    ['answered', '200 to the caller'],
  ] as const;
  return [
    ...steps.flatMap(([step, what]): readonly Result[] => {
      const [native, vaxel] = [of('native', step), of('vaxel', step)];
      return [
        {
          what: `${what}, median`,
          unit: 'ms',
          native: median(native),
          vaxel: median(vaxel),
          compared: 'difference',
          target: { is: 'at most', value: 6 },
        },
        {
          what: `${what}, p99`,
          unit: 'ms',
          native: quantile(native, 0.99),
          vaxel: quantile(vaxel, 0.99),
          compared: 'difference',
          target: { is: 'at most', value: 25 },
        },
      ];
    }),
    {
      what: `calls not answered, of ${tags.vaxel.length}`,
      unit: 'calls',
      native: failed('native'),
      vaxel: failed('vaxel'),
      target: { is: 'at most', value: 0 },
    },
  ];
}

const ownStall = (ns: number): Result => ({
  what: 'longest stall of the measuring program itself',
  unit: 'ms',
  vaxel: ns / 1e6,
});
