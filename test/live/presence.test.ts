import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { replay } from '../../daemon/journal/replay.ts';
import { press } from '../support/caller.ts';
import { asDialled, promptFile, said, soundOf } from '../support/codes.ts';
import { eventually } from '../support/eventually.ts';
import type { Exchange } from '../support/exchange.ts';
import { liveTest } from '../support/live.ts';
import { listenToMailboxes } from '../support/mailbox-events.ts';
import { addCarrier, fillOffice, plugIn } from '../support/phones.ts';
import { answers, rings } from '../support/sip/behaviours.ts';
import { heard } from '../support/sip/hearing.ts';
import { heardFile, likenessTo } from '../support/sip/spoken.ts';

const outside = '+46701234568';
const vip = '+46701234569';
const blocked = '+46701234570';

const journal = mkdtempSync(join(tmpdir(), 'vaxel-journal-'));

liveTest(
  'a lunch, from its code to its end',
  async (t, exchange) => {
    t.teardown(() => {
      rmSync(journal, { recursive: true });
    });
    await fillOffice(exchange);
    await exchange.vaxel('contact', 'add', 'Åsa Öberg', '--number', vip, '--for', '100', '--vip');
    await exchange.vaxel(
      'contact',
      'add',
      'Spam',
      '--number',
      '070-123 45 70',
      '--for',
      '100',
      '--block',
    );
    await exchange.vaxel('choice', 'set', '100', '1', 'message');
    await exchange.vaxel('choice', 'set', '100', '2', 'extension:101');
    const carrier = await addCarrier(t, exchange, 'first');
    const anna = await plugIn(t, exchange, '100', 500);
    const app = await plugIn(t, exchange, '100', 600);
    const bjorn = await plugIn(t, exchange, '101', 700);
    for (const phone of [anna, app, bjorn]) phone.agent.onCall(rings);
    const played = await listenToMailboxes(exchange);
    t.teardown(() => {
      played.close();
    });
    /** Several files that are played as one are named together. */
    const playing = (file: string) =>
      eventually(`${file} played`, () => played.prompts().some((path) => path.includes(file)));
    const dial = (user: string, to = '+46812345600') =>
      carrier.call({ to, proxy: exchange.trunk, from: { user, displayName: '' } });

    await t.test('*23*1*<time># on a desk phone sets it, and is confirmed', async (t) => {
      await soundOf(exchange, 'Lunch');
      const end = clockIn(90);
      const call = await anna.call(asDialled(`*23*1*${end.digits}#`));
      await call.answered();
      await heardFile(call, promptFile(exchange, 'status-set'));
      await heardFile(call, await soundOf(exchange, 'Lunch'));
      await playing(`hour-${end.hour}.wav`);
      t.match(await call.ended(), { kind: 'bye', by: 'them' });
      t.match(await exchange.vaxel('activity', 'show', '100'), { source: 'code' });
    });

    await t.test(
      'a caller hears it, with its end, chooses a colleague and reaches him',
      async (t) => {
        const phrase = await soundOf(exchange, 'är på lunch,');
        const call = await dial(outside);
        await call.answered();
        await heardFile(call, await soundOf(exchange, 'Anna Berg'));
        await heardFile(call, phrase);
        t.ok(
          likenessTo(call, promptFile(exchange, 'goodbye')) < 0.5,
          'and what is not said is not heard',
        );
        await press(call, '2');
        const ringing = await bjorn.agent.nextCall();
        t.equal(ringing.from.user, outside, 'with the caller’s own number');
        await ringing.answer();
        await Promise.all([heard(call, 700), heard(ringing, 900)]);
        await call.hangup();
        await ringing.ended();
        t.ok(
          likenessTo(call, promptFile(exchange, 'goodbye')) < 0.5,
          'what is not said is not heard',
        );
        t.equal(anna.agent.calls.length + app.agent.calls.length, 0, 'none of hers rang');
      },
    );

    await t.test('a caller who chooses nothing leaves a message', async () => {
      const call = await dial(outside);
      await call.answered();
      await heardFile(call, await soundOf(exchange, 'är på lunch,'));
      await played.prompt('sv/record-message', 0, 25_000);
      await call.hangup();
    });

    await t.test('VIP rings through, under the name she wrote down', async (t) => {
      const call = await dial(vip);
      const [first, second] = await Promise.all([anna.agent.nextCall(), app.agent.nextCall()]);
      t.equal(first.from.displayName, 'Åsa Öberg');
      await second.answer();
      await heard(call, 600);
      await call.hangup();
      t.match(await first.ended(), { kind: 'cancelled' });
    });

    await t.test('a blocked number hears busy, and nothing else knows of it', async (t) => {
      const call = await dial(blocked);
      t.match(await call.ended(), { kind: 'refused', status: 486 });
      t.match(lastTrace(exchange), /Spam, blocked.* the caller is blocked: hears busy/);
    });

    await t.test('the trace names what decided', async (t) => {
      const call = await dial(outside);
      await call.answered();
      await call.hangup();
      t.match(lastTrace(exchange), /is Anna Berg.* Anna Berg has Lunch until .*\(code\)/);
    });

    await t.test('early media: the referral costs the caller nothing', async (t) => {
      await exchange.vaxel('trunk', 'referral', 'first', 'early');
      const call = await dial(outside);
      await call.earlyMedia();
      await heardFile(call, await soundOf(exchange, 'är på lunch,'));
      t.equal(call.finalResponse(), undefined);
      call.cancel();
      await exchange.vaxel('trunk', 'referral', 'first', 'answered');
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

    await t.test('a lunch ends by itself, though the daemon was killed in its middle', async () => {
      await exchange.vaxel('rule', 'clear', '100');
      const end = clockIn(1);
      await exchange.vaxel('activity', 'set', '100', 'Lunch', '--until', end.text);
      process.kill(await exchange.daemonPid(), 'SIGKILL');
      await eventually('daemon again', () => exchange.isWhole(), 60_000);
      await eventually('end of the lunch', () => new Date() >= end.moment, 130_000);
      const call = await dial(outside);
      await anna.agent.nextCall();
      call.cancel();
      await call.ended();
    });

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
          const lines = readFileSync(join(journal, name), 'utf8').split('\n');
          // The last line of one that was killed is half a line, or none.
          const replayed = await replay(Readable.from(lines.slice(0, -1)));
          t.match(replayed, { missed: 0, differences: [], drift: undefined }, name);
          decisions += replayed.decisions;
        }
        t.ok(decisions > 10, `${decisions} decisions`);
      },
    );
  },
  () => Promise.resolve({ VAXEL_JOURNAL: journal }),
);

function lastTrace(exchange: Exchange): string {
  const routed = exchange.daemonLog().findLast(({ msg }) => msg === 'call routed');
  return (routed?.['trace'] as readonly string[]).join(' ');
}

/** The whole minute so many minutes ahead, as the office's clock shows it. */
function clockIn(minutes: number) {
  const moment = new Date(Math.ceil(Date.now() / 60_000 + minutes) * 60_000);
  const text = moment.toLocaleTimeString('sv-SE', {
    timeZone: 'Europe/Stockholm',
    hour: '2-digit',
    minute: '2-digit',
  });
  return { moment, text, digits: text.replace(':', ''), hour: text.slice(0, 2) };
}
