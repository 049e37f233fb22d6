import { readdirSync } from 'node:fs';
import { childOf } from '../../test/support/child-of.ts';
import type { Exchange } from '../../test/support/exchange.ts';
import { residentMb } from '../process.ts';

interface Sample {
  readonly pid: number;
  readonly atMinutes: number;
  readonly residentMb: number;
  readonly handles: number;
}

/** How a program's memory and open files went, in the life it had at the end. */
export interface Trend {
  readonly program: string;
  readonly samples: number;
  readonly residentMb: number;
  /** Megabytes a minute, by least squares over the second half of the samples. */
  readonly mbPerMinute: number;
  readonly handles: readonly [first: number, last: number];
}

/** Looks at the programs every few seconds. */
export function watchPrograms(exchange: Exchange): { stop(): readonly Trend[] } {
  const samples = new Map<string, Sample[]>();
  const began = performance.now();

  function note(program: string, pid: number): void {
    const sample = {
      ...{ pid, atMinutes: (performance.now() - began) / 60_000 },
      residentMb: residentMb(pid),
      handles: readdirSync(`/proc/${pid}/fd`).length,
    };
    samples.set(program, [...(samples.get(program) ?? []), sample]);
  }

  async function look(): Promise<void> {
    // A daemon that was just killed has no number and no memory.
    try {
      note('vaxel-daemon', await exchange.daemonPid());
    } catch {
      return;
    }
    note('freeswitch', childOf(exchange.pid, 'freeswitch'));
    note('this caller', process.pid);
  }

  const looking = setInterval(() => void look(), EVERY_MS);
  return {
    stop() {
      clearInterval(looking);
      return [...samples].map(([program, all]) => trendOf(program, all));
    },
  };
}

function trendOf(program: string, all: readonly Sample[]): Trend {
  const newest = all.at(-1)?.pid;
  const life = all.filter(({ pid }) => pid === newest);
  const settled = life.slice(Math.floor(life.length / 2));
  return {
    program,
    samples: life.length,
    residentMb: life.at(-1)?.residentMb ?? NaN,
    mbPerMinute: slope(settled.map((each) => [each.atMinutes, each.residentMb])),
    handles: [settled[0]?.handles ?? NaN, settled.at(-1)?.handles ?? NaN],
  };
}

/** By least squares. */
function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const x = mean(points.map(([each]) => each));
  const y = mean(points.map(([, each]) => each));
  const over = points.reduce((sum, [px, py]) => sum + (px - x) * (py - y), 0);
  const under = points.reduce((sum, [px]) => sum + (px - x) ** 2, 0);
  return over / under;
}

const EVERY_MS = 5_000;
