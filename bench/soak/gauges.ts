import { readdirSync } from 'node:fs';
import type { Exchange } from '../../test/support/exchange.ts';
import { childRunning, residentMb } from '../process.ts';

interface Sample {
  readonly pid: number;
  readonly atMinutes: number;
  readonly residentMb: number;
  readonly handles: number;
}

/** How a program's memory and open files went, in the life it had at the end. */
export interface Trend {
  readonly program: string;
  /** How often it was another process than before. */
  readonly fell: number;
  readonly residentMb: number;
  /** Of the second half of its life, by least squares. */
  readonly mbPerMinute: number;
  /** How long that half was. */
  readonly minutes: number;
  /** With nobody on the phone: before the first call, or the fewest seen where it was started since; and at the end. */
  readonly handles: readonly [first: number, last: number];
}

export interface Gauges {
  /** The last look is taken now, with nobody on the phone. */
  stop(): readonly Trend[];
}

/** Looks at the programs every few seconds; the first look is taken now, with nobody on the phone. */
export function watchPrograms(exchange: Exchange): Gauges {
  const samples = new Map<string, Sample[]>();
  const began = performance.now();

  function look(): void {
    for (const program of PROGRAMS) {
      try {
        const pid = program === CALLER ? process.pid : childRunning(exchange.pid, program);
        const sample = {
          ...{ pid, atMinutes: (performance.now() - began) / 60_000 },
          residentMb: residentMb(pid),
          handles: readdirSync(`/proc/${pid}/fd`).length,
        };
        samples.set(program, [...(samples.get(program) ?? []), sample]);
      } catch {
        // One that was just killed has no number and no memory.
      }
    }
  }

  look();
  const looking = setInterval(look, EVERY_MS);
  return {
    stop() {
      clearInterval(looking);
      look();
      return [...samples].map(([program, all]) => trendOf(program, all));
    },
  };
}

/** What is not flat. This process is not judged: it is the callers, and no part of vaxel. */
export function notFlat(trends: readonly Trend[]): readonly string[] {
  return trends
    .filter(({ program }) => program !== CALLER)
    .flatMap(({ program, mbPerMinute, minutes, handles: [first, last] }) => {
      const grewMb = mbPerMinute * minutes;
      const more = `${program} has ${last} files open, and had ${first}`;
      const larger = `${program} grew by ${grewMb.toFixed(1)} MB in ${minutes.toFixed(1)} minutes`;
      return [
        ...(last > first + MORE_HANDLES ? [more] : []),
        ...(minutes >= TOLD_AFTER_MINUTES && grewMb > MORE_MB ? [larger] : []),
      ];
    });
}

/** Files that may be open for a reason: a log, a connection that is being closed. */
const MORE_HANDLES = 10;
/** Below it, what Node.js and SQLite take at first cannot be told from what is lost. */
const TOLD_AFTER_MINUTES = 3;
/** The heap goes up and down by some megabytes, which a short life may end on the top of. */
const MORE_MB = 16;

const CALLER = 'this caller';
const PROGRAMS = ['vaxel-daemon', 'vaxel-provisioning', 'freeswitch', CALLER] as const;

function trendOf(program: string, all: readonly Sample[]): Trend {
  const newest = all.at(-1)?.pid;
  const life = all.filter(({ pid }) => pid === newest);
  const settled = life.slice(Math.floor(life.length / 2));
  const isFirst = life.length === all.length;
  const fewest = Math.min(...settled.map(({ handles }) => handles));
  return {
    program,
    fell: new Set(all.map(({ pid }) => pid)).size - 1,
    residentMb: life.at(-1)?.residentMb ?? NaN,
    mbPerMinute: slope(settled.map((each) => [each.atMinutes, each.residentMb])),
    minutes: (settled.at(-1)?.atMinutes ?? NaN) - (settled[0]?.atMinutes ?? NaN),
    handles: [isFirst ? (life[0]?.handles ?? NaN) : fewest, life.at(-1)?.handles ?? NaN],
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
