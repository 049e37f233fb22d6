import { execFileSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import type { Exchange } from '../../test/support/exchange.ts';
import { eventually } from '../../test/support/eventually.ts';
import { isOpen } from '../../test/support/is-open.ts';
import { childRunning } from '../process.ts';

/** Who is not whole during a fault. */
export type Hurt = 'daemon' | 'provisioning';

/** What breaks while calls go on. */
export interface Faults {
  /** On the monotonic clock: when the last one of a program was over; now, while one lasts. */
  overAt(of: Hurt): number;
  readonly counts: Readonly<Record<Kind, number>>;
  /** Ends when the last fault is over. */
  readonly done: Promise<void>;
}

type Kind = 'daemonKilled' | 'provisioningKilled' | 'daemonHung' | 'eventSocketCut';

/**
 * Programs are killed in the first quarter, each at least once, so that they live through
 * the rest and their memory can be told. After it the daemon is hung, and loses FreeSWITCH, in turns.
 */
export function causeFaults(exchange: Exchange, endsAt: number, random: () => number): Faults {
  const counts = { daemonKilled: 0, provisioningKilled: 0, daemonHung: 0, eventSocketCut: 0 };
  const began = performance.now();
  const overAt: Record<Hurt, number> = { daemon: began, provisioning: began };
  let lasting: Hurt | undefined;

  async function cause(): Promise<void> {
    for (let turn = 0; ; turn += 1) {
      await pause(GAP_MS * (0.5 + random()));
      const now = performance.now();
      if (now + GAP_MS / 2 > endsAt) return;
      const isEarly = turn < KILLS.length || now - began < (endsAt - began) / 4;
      const kinds = isEarly ? KILLS : LATER;
      const kind = kinds[turn % kinds.length] ?? 'daemonKilled';
      const hurt = kind === 'provisioningKilled' ? 'provisioning' : 'daemon';
      lasting = hurt;
      counts[kind] += 1;
      await CAUSE[kind](exchange);
      await eventually(`${hurt} after ${kind}`, () => isWhole(hurt, exchange), WHOLE_WITHIN_MS);
      lasting = undefined;
      overAt[hurt] = performance.now();
    }
  }

  return {
    counts,
    done: cause(),
    overAt: (of) => (lasting === of ? performance.now() : overAt[of]),
  };
}

const KILLS = ['daemonKilled', 'provisioningKilled'] as const;
const LATER = ['daemonHung', 'eventSocketCut'] as const;

const CAUSE: Readonly<Record<Kind, (exchange: Exchange) => Promise<void>>> = {
  async daemonKilled(exchange) {
    process.kill(await exchange.daemonPid(), 'SIGKILL');
    await pause(NOTICED_MS);
  },
  async provisioningKilled({ pid }) {
    process.kill(childRunning(pid, 'vaxel-provisioning'), 'SIGKILL');
    await pause(NOTICED_MS);
  },
  async daemonHung(exchange) {
    const daemon = await exchange.daemonPid();
    process.kill(daemon, 'SIGSTOP');
    await pause(HUNG_MS);
    process.kill(daemon, 'SIGCONT');
  },
  /** Ours to FreeSWITCH is left alone. */
  async eventSocketCut(exchange) {
    await cutConnections(await exchange.daemonPid(), Number(exchange.env['VAXEL_ESL_PORT']));
    await pause(NOTICED_MS);
  },
};

/** As a reset from the other side (ss(8), `--kill`); it takes root. @throws where the daemon goes on with one of them. */
async function cutConnections(pid: number, port: number): Promise<void> {
  const to = ['state', 'established', 'dport', '=', `:${port}`] as const;
  const ours = () =>
    execFileSync('ss', ['-tnpH', ...to], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.includes(`pid=${pid},`))
      .flatMap((line) => /:(\d+) +\S+:\d+ /.exec(line)?.[1] ?? []);
  const open = ours();
  if (open.length === 0) throw new Error('the daemon has no event socket open');
  for (const sport of open) execFileSync('ss', ['-KtnH', ...to, 'and', 'sport', '=', `:${sport}`]);
  await eventually('other connections', () => !ours().some((each) => open.includes(each)));
}

const isWhole = (hurt: Hurt, exchange: Exchange): Promise<boolean> =>
  hurt === 'daemon' ? exchange.isWhole() : isOpen(Number(exchange.env['VAXEL_PROVISIONING_PORT']));

const GAP_MS = 30_000;
/** Longer than the guard's three seconds: calls go on natively. */
const HUNG_MS = 5_000;
/** After it, what says that all is well says it of what came after. */
const NOTICED_MS = 500;
const WHOLE_WITHIN_MS = 60_000;
