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
    load: loadavg().map((load) => Math.round(load * 100) / 100),
    node: process.version,
    vaxel: packageVersion(),
    freeswitch: freeSwitchVersion(),
  };
}

function freeSwitchVersion(): string {
  if (freeSwitchBinary === undefined) return 'none';
  const said = execFileSync(freeSwitchBinary, ['-version'], { encoding: 'utf8' });
  return /version: (\S+)/.exec(said)?.[1] ?? said.trim();
}
