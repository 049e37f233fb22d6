import { execFileSync } from 'node:child_process';
import { arch, cpus, loadavg, totalmem } from 'node:os';
import { packageVersion } from '../common/package-root.ts';
import { systemClock } from '../common/time.ts';
import { freeSwitchBinary } from '../test/support/exchange.ts';

/** What a number must be read with: the same code is half as fast beside a busy neighbour. */
export interface Machine {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGb: number;
  /**
   * Milliseconds for a hundred million steps of integer arithmetic on one core: what makes numbers
   * of two machines comparable. Four cycles a step, so 133 ms at 3 GHz.
   */
  readonly loopMs: number;
  /** Processes that wanted to run, over the last 1, 5 and 15 minutes; above `cores` somebody waited. */
  readonly load: readonly number[];
  readonly node: string;
  readonly vaxel: string;
  readonly freeswitch: string;
}

export function machine(): Machine {
  return {
    at: new Date(systemClock()).toISOString(),
    processor: `${cpus()[0]?.model.trim() ?? 'unknown'} (${arch()})`,
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    loopMs: Math.round(loopMs()),
    load: loadavg().map((load) => Math.round(load * 100) / 100),
    node: process.version,
    vaxel: packageVersion(),
    freeswitch: freeSwitchVersion(),
  };
}

function loopMs(): number {
  const began = performance.now();
  let hash = 1;
  for (let i = 0; i < 100_000_000; i += 1) hash = (Math.imul(hash, 16_777_619) ^ i) | 0;
  const took = performance.now() - began;
  // Used, so that no compiler leaves the loop out.
  return hash === 0.5 ? NaN : took;
}

function freeSwitchVersion(): string {
  if (freeSwitchBinary === undefined) return 'none';
  const said = execFileSync(freeSwitchBinary, ['-version'], { encoding: 'utf8' });
  return /version: (\S+)/.exec(said)?.[1] ?? said.trim();
}
