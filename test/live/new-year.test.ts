import t from 'tap';
import { eventually } from '../support/eventually.ts';
import { fakedClock } from '../support/faked-clock.ts';
import { watchLamp } from '../support/lamp.ts';
import { liveTest } from '../support/live.ts';
import { fillOffice, plugIn } from '../support/phones.ts';

/** FreeSWITCH goes by the zone of the machine (`localtime`), and so does this. */
const midnight = new Date(new Date().getFullYear() + 1, 0, 1).getTime();
/** How long before midnight it starts: on a busy machine that takes a while. */
const LEAD_MS = 200_000;

const clock = fakedClock();

if (clock === undefined) {
  t.comment('not run, for want of libfaketime');
  t.pass('no libfaketime here');
} else {
  liveTest(
    'signalwire/freeswitch#3056: lamps over New Year’s midnight',
    async (t, exchange) => {
      await fillOffice(exchange);
      const anna = await plugIn(t, exchange, '100');
      const bjorn = await plugIn(t, exchange, '101');
      const key = await watchLamp(exchange, bjorn.agent, bjorn.account, '100');
      await key.shows('off');
      await eventually('our own subscription', async () => {
        const rows = (await exchange.vaxel('lamps', '--of', '100')) as readonly { seen?: string }[];
        return rows.some(({ seen }) => seen === 'off');
      });
      const last = key.subscription.notifications.at(-1)?.sequence ?? 0;

      clock.set(midnight - Date.now() - 1_000);
      await exchange.esl.api('fsctl sync_clock');
      await eventually('New Year', async () => {
        const seconds = Number(await exchange.esl.api('strepoch'));
        return seconds * 1_000 > midnight;
      });
      const call = await bjorn.call('100');
      const ringing = await anna.agent.nextCall();
      ringing.ring();
      const fallen = await key.subscription.notified(({ sequence }) => sequence < last);
      t.ok(
        fallen.sequence < 10_000,
        `numbered ${fallen.sequence} after ${last}: a phone refuses it`,
      );
      const ended = await key.subscription.notified(({ state }) => state.startsWith('terminated'));
      t.equal(ended.state, 'terminated;reason=deactivated');
      t.ok(ended.sequence > last, 'and that it does not refuse');
      t.comment(`${Math.round(ended.atMs - fallen.atMs)} ms after it`);

      const anew = await watchLamp(exchange, bjorn.agent, bjorn.account, '100');
      await anew.shows('ringing');
      call.cancel();
      await anew.shows('off');
      const numbers = anew.subscription.notifications.map(({ sequence }) => sequence);
      t.strictSame(
        numbers,
        numbers.toSorted((a, b) => a - b),
      );
    },
    async () => {
      clock.set(midnight - LEAD_MS - Date.now());
      return { FREESWITCH: clock.freeSwitch() };
    },
  );
}
