import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { eventually } from '../support/eventually.ts';
import { freePorts } from '../support/exchange.ts';
import { isOpen } from '../support/is-open.ts';
import { liveTest } from '../support/live.ts';
import { fillOffice, plugIn } from '../support/phones.ts';
import { answers } from '../support/sip/behaviours.ts';

const CALLS = 10;

liveTest(
  'two daemons',
  async (t, exchange) => {
    await fillOffice(exchange);
    const anna = await plugIn(t, exchange, '100', 500);
    const bjorn = await plugIn(t, exchange, '101', 740);
    anna.agent.onCall(answers());
    const second = await startSecond(exchange.env);
    t.teardown(() => second.stop());

    const callAnna = async () => {
      const call = await bjorn.call('100');
      await call.answered();
      await call.hangup();
    };
    const decided = () =>
      [...exchange.daemonLog(), ...second.log()]
        .filter(({ msg }) => msg === 'call routed')
        .map(({ leg }) => String(leg));

    await t.test('each call is decided exactly once', async (t) => {
      for (let n = 0; n < CALLS; n += 1) await callAnna();
      await eventually('decision of each', () => decided().length >= CALLS);
      t.equal(decided().length, CALLS);
      t.equal(new Set(decided()).size, CALLS);
    });

    await t.test('where the one is gone, the other decides, at once', async (t) => {
      const first = await exchange.daemonPid();
      process.kill(exchange.pid, 'SIGSTOP');
      try {
        process.kill(first, 'SIGKILL');
        // A program that dies may take one more call, and give it to nobody but FreeSWITCH.
        const port = Number(exchange.env['VAXEL_ROUTE_PORT']);
        await eventually('closed door', async () => !(await isOpen(port)));
        const before = second.log().filter(({ msg }) => msg === 'call routed').length;
        for (let n = 0; n < CALLS; n += 1) await callAnna();
        await eventually('decision of each', () => decided().length >= 2 * CALLS);
        t.equal(new Set(decided()).size, 2 * CALLS);
        t.equal(
          second.log().filter(({ msg }) => msg === 'call routed').length,
          before + CALLS,
          'all by the second',
        );
      } finally {
        process.kill(exchange.pid, 'SIGCONT');
      }
    });
  },
  async () => {
    const [standby] = await freePorts(1);
    return { VAXEL_STANDBY_PORT: String(standby) };
  },
);

/** A second vaxel-daemon beside the exchange's own: the same state, the same FreeSWITCH, doors of its own. */
async function startSecond(env: Readonly<Record<string, string>>) {
  const [http] = await freePorts(1);
  let said = '';
  const program = spawn(process.execPath, ['dist/daemon/main.js'], {
    env: {
      ...env,
      VAXEL_ROUTE_PORT: env['VAXEL_STANDBY_PORT'],
      VAXEL_STANDBY_PORT: env['VAXEL_ROUTE_PORT'],
      VAXEL_HTTP_PORT: String(http),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  program.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const stop = async () => {
    program.kill('SIGTERM');
    if (program.exitCode === null) await once(program, 'exit');
  };
  try {
    await eventually('second daemon', () => said.includes('vaxel-daemon answers calls'), 90_000);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    log: () =>
      said
        .split('\n')
        .filter((line) => line.startsWith('{') && line.endsWith('}'))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    stop,
  };
}
