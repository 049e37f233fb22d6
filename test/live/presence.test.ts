import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { replay } from '../../daemon/journal/replay.ts';
import { ask } from '../support/api-client.ts';
import { press } from '../support/caller.ts';
import { promptFile, said, soundOf } from '../support/codes.ts';
import { eventually } from '../support/eventually.ts';
import { liveTest } from '../support/live.ts';
import { lunchOffice } from '../support/lunch-office.ts';
import { listenToMailboxes } from '../support/mailbox-events.ts';
import { answers } from '../support/sip/behaviours.ts';
import { heard } from '../support/sip/hearing.ts';
import { heardFile } from '../support/sip/spoken.ts';

const outside = '+46701234568';

const journal = mkdtempSync(join(tmpdir(), 'vaxel-journal-'));

liveTest(
  'what else goes on in a lunch',
  async (t, exchange) => {
    t.teardown(() => {
      rmSync(journal, { recursive: true });
    });
    const { carrier, anna, app, bjorn, dial } = await lunchOffice(t, exchange);
    const played = await listenToMailboxes(exchange);
    t.teardown(() => {
      played.close();
    });
    /** Several files that are played as one are named together. */
    const playing = (file: string) =>
      eventually(`${file} played`, () => played.prompts().some((path) => path.includes(file)));
    await said(anna, '*23*1#', promptFile(exchange, 'status-set'));

    await t.test('a caller who chooses nothing leaves a message', async () => {
      const call = await dial(outside);
      await call.answered();
      await heardFile(call, await soundOf(exchange, 'är på lunch,'));
      await played.prompt('sv/record-message', 0, 25_000);
      await call.hangup();
    });

    await t.test('a forward of everything goes before the lunch, with a Diversion', async (t) => {
      await said(anna, '*21*0701234571#', promptFile(exchange, 'forward-on'));
      carrier.behave(answers(100), '+46701234571');
      const call = await dial(outside);
      await call.answered();
      const [seen] = carrier.seen;
      t.equal(seen?.from.user, outside, 'as the caller');
      t.match(seen?.diversion[0], /<sip:\+46812345600@.*reason=unconditional/);
      await call.hangup();
      await said(anna, '#21#', promptFile(exchange, 'forward-off'));
    });

    await t.test('busy is one thing for all devices', async (t) => {
      await said(anna, '#23#', promptFile(exchange, 'status-set'));
      await exchange.vaxel('rule', 'set', '100', 'busy', 'spoken');
      const words = await soundOf(exchange, 'är upptagen i telefon.');
      bjorn.agent.onCall(answers(0));
      const talking = await anna.call('101');
      await talking.answered();
      await heard(talking, 700);
      const before = app.agent.calls.length;
      const call = await dial(outside);
      await call.answered();
      await playing(words);
      await call.hangup();
      t.equal(app.agent.calls.length, before, 'her other device does not ring');
      await talking.hangup();
    });

    await t.test(
      'a lunch ends by itself, though the daemon was killed in its middle',
      async (t) => {
        await exchange.vaxel('rule', 'clear', '100');
        const of = ['--user', '100', '--scope', 'statuses:write'];
        const { token } = (await exchange.vaxel('token', 'add', ...of)) as {
          readonly token: string;
        };
        const end = Date.now() + 15_000;
        const body = { activity: 'Lunch', until: end };
        const lunch = await ask(exchange.httpPort, 'put', '/v1/statuses/100', { token, body });
        t.match(lunch, { status: 200, body: { open: false, until: end } });
        process.kill(await exchange.daemonPid(), 'SIGKILL');
        await eventually('daemon again', () => exchange.isWhole(), 60_000);
        await eventually('end of the lunch', () => Date.now() >= end);
        const call = await dial(outside);
        await anna.agent.nextCall();
        call.cancel();
        await call.ended();
      },
    );

    await t.test('who asks to be called is called when she is back', async (t) => {
      await exchange.vaxel('choice', 'set', '100', '3', 'recall');
      await exchange.vaxel('activity', 'set', '100', 'Lunch');
      const call = await dial(outside);
      await call.answered();
      await heardFile(call, await soundOf(exchange, 'är på lunch,'));
      await press(call, '3');
      await heardFile(call, promptFile(exchange, 'recall-noted'));
      t.match(await call.ended(), { kind: 'bye', by: 'them' });

      carrier.behave(answers(100), outside);
      await said(anna, '#23#', promptFile(exchange, 'status-set'));
      const rung = await anna.agent.nextCall();
      t.match(rung.from, { user: outside, displayName: `Återuppringning ${outside}` });
      await rung.answer();
      await heard(rung, 900);
      t.equal(carrier.seen.at(-1)?.dialled, outside);
      t.equal(carrier.seen.at(-1)?.from.user, '+46812345600', 'her number is shown');
      await rung.hangup();
    });

    await t.test(
      'all of it replays: the same state from the inputs, the same decisions',
      async (t) => {
        process.kill(await exchange.daemonPid(), 'SIGTERM');
        await eventually('another daemon', () => exchange.isWhole(), 60_000);
        // Of the daemon that was killed in the lunch's middle, and of the one that has just ended.
        const files = readdirSync(journal).sort();
        t.ok(files.length >= 2);
        let decisions = 0;
        for (const name of files) {
          const lines = readFileSync(join(journal, name), 'utf8').trimEnd().split('\n');
          const replayed = await replay(Readable.from(lines));
          t.match(replayed, { missed: 0, differences: [], drift: undefined }, name);
          decisions += replayed.decisions;
        }
        t.ok(decisions > 10, `${decisions} decisions`);
      },
    );
  },
  () => Promise.resolve({ VAXEL_JOURNAL: journal }),
);
