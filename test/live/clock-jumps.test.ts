import t from 'tap';
import { eventually } from '../support/eventually.ts';
import { fakedClock } from '../support/faked-clock.ts';
import { watchLamp } from '../support/lamp.ts';
import { liveTest } from '../support/live.ts';
import { fillOffice, plugIn } from '../support/phones.ts';
import { rings } from '../support/sip/behaviours.ts';
import { heard } from '../support/sip/hearing.ts';

const HOUR_MS = 3_600_000;
const clock = fakedClock();

if (clock === undefined) {
  t.comment('not run, for want of libfaketime');
  t.pass('no libfaketime here');
} else {
  liveTest(
    'the clock jumps, on and back: calls go on, lamps follow, a lunch ends when it should',
    async (t, exchange) => {
      await fillOffice(exchange);
      const anna = await plugIn(t, exchange, '100', 500);
      const bjorn = await plugIn(t, exchange, '101', 700);
      const cecilia = await plugIn(t, exchange, '102', 900);
      const key = await watchLamp(exchange, bjorn.agent, bjorn.account, '102');
      const daemon = await exchange.daemonPid();
      anna.agent.onCall(rings);

      const talk = await cecilia.call('101');
      const answered = await bjorn.agent.nextCall();
      await answered.answer();
      await talk.answered();
      await key.shows('busy');
      await exchange.vaxel('activity', 'set', '100', 'lunch', '--until', '+120m');
      const activity = async () =>
        ((await exchange.vaxel('activity', 'show', '100')) as { activity: string }).activity;
      const plans = () =>
        exchange.daemonLog().flatMap(({ msg, plan }) => (msg === 'call routed' ? [plan] : []));
      const refers = async (what: string) => {
        const before = plans().length;
        const call = await bjorn.call('100');
        await eventually('routed call', () => plans().length > before);
        t.equal(plans().at(-1), 'referral', what);
        await call.hangup();
      };
      await refers('Anna is at lunch');

      for (const hours of [1, -1]) {
        clock.set(hours * HOUR_MS);
        await refers(`still, with the clock ${hours} h ahead`);
        t.equal(talk.ending(), undefined);
        await Promise.all([heard(talk, 700), heard(answered, 900)]);
        t.equal(key.lit(), 'busy');
      }

      clock.set(3 * HOUR_MS);
      await eventually('end of the lunch', async () => (await activity()) !== 'lunch', 120_000);
      const call = await bjorn.call('100');
      await anna.agent.nextCall();
      await call.hangup();
      await Promise.all([heard(talk, 700), heard(answered, 900)]);
      await talk.hangup();
      await key.shows('off');
      t.equal(await exchange.daemonPid(), daemon, 'one daemon all the while');
    },
    async () => clock.ours(),
  );
}
