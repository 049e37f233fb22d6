import { asDialled, promptFile } from '../support/codes.ts';
import { eventually } from '../support/eventually.ts';
import { freePorts } from '../support/exchange.ts';
import { halfDaemon } from '../support/handing-over.ts';
import { isOpen } from '../support/is-open.ts';
import { liveTest } from '../support/live.ts';
import { fillOffice, plugIn } from '../support/phones.ts';
import { heardFile } from '../support/sip/spoken.ts';

liveTest(
  'a code is never a number that nobody has',
  async (t, exchange) => {
    await fillOffice(exchange);
    const anna = await plugIn(t, exchange, '100', 500);

    await t.test('whole or half, with its last sign or without', async (t) => {
      for (const [code, prompt] of [
        ['*23#', 'status-menu'],
        ['*23', 'status-menu'],
        ['*23*', 'status-menu'],
        ['*23*#', 'status-menu'],
        ['*23*1', 'status-set'],
        ['*23*1#', 'status-set'],
        ['#23', 'status-set'],
        ['#23#', 'status-set'],
        ['*#23#', 'status-refused'],
        ['*23*1*13#', 'status-refused'],
        ['*21#', 'forward-refused'],
        ['#21', 'forward-off'],
      ] as const) {
        const call = await anna.call(asDialled(code));
        t.equal((await call.answered()).status, 200, code);
        await heardFile(call, promptFile(exchange, prompt));
        await call.hangup();
      }
    });

    process.kill(exchange.pid, 'SIGSTOP');
    try {
      process.kill(await exchange.daemonPid(), 'SIGKILL');
      const port = Number(exchange.env['VAXEL_ROUTE_PORT']);
      await eventually('closed door', async () => !(await isOpen(port)));

      // FreeSWITCH may leave the socket of a call that is being transferred from it, and go on with the line after it.
      await t.test('what was handed over goes by its plan, wherever the call is', async (t) => {
        const prompt = promptFile(exchange, 'status-set');
        const half = await halfDaemon(Number(exchange.env['VAXEL_STANDBY_PORT']), {
          ...{ default_language: 'sv', vx_sound: `file_string://${prompt}` },
          ...{ vx_plan: 'announce', socket_resume: 'false' },
        });
        t.teardown(() => {
          half.close();
        });
        const call = await anna.call(asDialled('*23#'));
        t.equal((await call.answered()).status, 200);
        await heardFile(call, prompt);
        t.match(await call.ended(), { kind: 'bye', by: 'them' });
        t.equal(half.calls(), 1);
      });

      await t.test('with no daemon at all, it cannot be obeyed now', async (t) => {
        for (const code of ['*23#', '#23', '**101']) {
          const call = await anna.call(asDialled(code));
          t.match(await call.ended(), { kind: 'refused', status: 480 }, code);
        }
      });
    } finally {
      process.kill(exchange.pid, 'SIGCONT');
    }
  },
  async () => {
    const [standby] = await freePorts(1);
    return { VAXEL_STANDBY_PORT: String(standby) };
  },
);
