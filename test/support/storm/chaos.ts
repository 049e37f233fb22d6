import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connectEsl } from '../../../daemon/esl/connection.ts';
import { childOf } from '../child-of.ts';
import { eventually } from '../eventually.ts';
import type { Exchange } from '../exchange.ts';
import type { Fault } from './watched.ts';

/** A Node program and FreeSWITCH start in seconds; where every processor is taken, it may be many. */
const STARTED_MS = 60_000;
/** Longer than calls wait for the daemon, shorter than until it is taken for dead. */
const HANGS_MS = 4_000;
/** Longer than FreeSWITCH takes to cut it. */
const AGAIN_MS = 3_000;

export interface Breakage {
  readonly endsCalls?: boolean;
  /** Settles when all is whole again. */
  readonly happen: () => Promise<void>;
}

export interface Chaos extends Fault {
  /** How many breakages there were, with the one that goes on. */
  count(): number;
  /** How many of them ended every call there was. */
  callsLost(): number;
  /** Breaks something of which all may notice, and settles when it is whole again. */
  during(broken: Breakage): Promise<void>;
  /** Settles when nothing is broken. */
  over(): Promise<void>;
}

export function createChaos(): Chaos {
  const state = { active: 0, endedAt: 0, count: 0, callsLost: 0 };
  return {
    isActive: () => state.active > 0,
    endedAt: () => state.endedAt,
    count: () => state.count,
    callsLost: () => state.callsLost,
    async during({ endsCalls = false, happen }) {
      state.active += 1;
      state.count += 1;
      if (endsCalls) state.callsLost += 1;
      try {
        await happen();
      } finally {
        state.active -= 1;
        state.endedAt = performance.now();
      }
    },
    async over() {
      while (state.active > 0) await pause(20);
    },
  };
}

/** What breaks, by what it is called in the report. */
export const breakages = (exchange: Exchange): Readonly<Record<string, Breakage>> => ({
  'the daemon is killed': {
    happen: async () => {
      process.kill(await exchange.daemonPid(), 'SIGKILL');
      await eventually('daemon', () => exchange.isWhole(), STARTED_MS);
    },
  },
  'the daemon hangs': {
    happen: async () => {
      const pid = await exchange.daemonPid();
      process.kill(pid, 'SIGSTOP');
      await pause(HANGS_MS);
      process.kill(pid, 'SIGCONT');
      await eventually('daemon', () => exchange.isWhole(), STARTED_MS);
    },
  },
  'the event socket is cut': {
    happen: async () => {
      const esl = await connectTo(exchange);
      // By its scheduler: a module that is unloaded must not be the one that runs the command. One that is in use stays.
      const isCut = esl.ended.then(() => true);
      do {
        await esl.api('sched_api +1 none reload mod_event_socket').catch(() => undefined);
      } while (!(await Promise.race([isCut, pause(AGAIN_MS, false)])));
      // The daemon may not have noticed yet, and is whole until then.
      await eventually('the event socket', () => hasSip(exchange), STARTED_MS);
      await eventually('daemon', () => exchange.isWhole(), STARTED_MS);
    },
  },
  'FreeSWITCH is killed': {
    endsCalls: true,
    happen: async () => {
      process.kill(childOf(exchange.pid, 'freeswitch'), 'SIGKILL');
      await eventually('loss of FreeSWITCH', async () => !(await exchange.isWhole()));
      await eventually('FreeSWITCH', () => exchange.isWhole(), STARTED_MS);
      // It takes commands before it takes calls, and until then no phone can be told anything.
      await eventually('its SIP', () => hasSip(exchange), STARTED_MS);
    },
  },
});

async function hasSip(exchange: Exchange): Promise<boolean> {
  try {
    const esl = await connectTo(exchange);
    const said = await esl.api('sofia xmlstatus profile vaxel');
    esl.close();
    return said.includes('<profile>');
  } catch {
    return false;
  }
}

const connectTo = (exchange: Exchange) =>
  connectEsl({
    host: '127.0.0.1',
    port: Number(exchange.env['VAXEL_ESL_PORT']),
    password: readFileSync(join(exchange.state, 'secrets', 'esl-password'), 'utf8').trim(),
  });
