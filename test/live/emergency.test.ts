import { answers, refuses } from '../support/sip/behaviours.ts';
import { heard } from '../support/sip/hearing.ts';
import { liveTest } from '../support/live.ts';
import { addCarrier, fillOffice, plugIn } from '../support/phones.ts';

const SPELLINGS = ['112', '90000', '0112', '00112', '+46112', '0046112'];

liveTest('112', async (t, exchange) => {
  await fillOffice(exchange);
  const first = await addCarrier(t, exchange, 'first', 900);
  const second = await addCarrier(t, exchange, 'second', 1_000);
  const anna = await plugIn(t, exchange, '100');
  const cecilia = await plugIn(t, exchange, '102');

  async function works(how: string) {
    await t.test(`${how}: every spelling goes to the first trunk`, async (t) => {
      first.behave(answers());
      const before = second.seen.length;
      for (const spelling of SPELLINGS) {
        const call = await anna.call(spelling);
        await call.answered();
        t.equal(first.seen.at(-1)?.dialled, '112', spelling);
        t.equal(first.seen.at(-1)?.from.user, '+46812345600', 'with the number of Anna');
        await call.hangup();
      }
      t.equal(second.seen.length, before);
    });

    await t.test(`${how}: the number is shown, whatever the phone asks for`, async (t) => {
      first.behave(answers());
      const call = await anna.call('112', {
        from: { user: anna.account.username, displayName: 'Anonymous' },
        headers: { Privacy: 'id' },
      });
      await call.answered();
      const seen = first.seen.at(-1);
      t.equal(seen?.from.user, '+46812345600');
      t.equal(seen?.assertedIdentity?.user, '+46812345600');
      t.notMatch(seen?.privacy, /id|full|user/, 'no privacy is asked for');
      await call.hangup();

      const other = await cecilia.call('112');
      await other.answered();
      t.equal(
        first.seen.at(-1)?.from.user,
        '+46812345600',
        'who has none shows the organisation’s',
      );
      await other.hangup();
    });

    await t.test(`${how}: a trunk that fails is left for the next`, async (t) => {
      second.behave(answers());
      for (const status of [503, 408, 403]) {
        first.behave(refuses(status));
        const call = await anna.call('112');
        await call.answered();
        t.equal(second.seen.at(-1)?.dialled, '112', `after ${status}`);
        t.equal(second.seen.at(-1)?.from.user, '+46812345600');
        await heard(call, 1_000, 4_000);
        await call.hangup();
      }
      first.mute();
      const call = await anna.call('112');
      await call.answered(15_000);
      t.equal(second.seen.at(-1)?.dialled, '112', 'after one that is dead');
      await call.hangup();
      first.mute(false);
    });
  }

  await works('daemon alive');
  const daemon = await exchange.daemonPid();
  process.kill(daemon, 'SIGSTOP');
  try {
    await works('daemon dead');
  } finally {
    process.kill(daemon, 'SIGCONT');
  }

  await t.test('no trunk takes it: the caller hears so', async (t) => {
    first.behave(refuses(503));
    second.behave(refuses(503));
    const before = first.seen.length;
    const call = await anna.call('112');
    await call.earlyMedia();
    t.match(await call.ended(20_000), { kind: 'refused', status: 503 });
    t.equal(first.seen.length - before, 2, 'each trunk was tried twice');
  });
});
