import t, { type Test } from 'tap';
import { type Exchange, freeSwitchBinary, startExchange } from './exchange.ts';

/**
 * A test on a whole exchange of its own, with a real FreeSWITCH; where there is
 * none, one line says that it did not run.
 */
export function liveTest(
  name: string,
  test: (t: Test, exchange: Exchange) => Promise<void>,
  more: Readonly<Record<string, string>> = {},
): void {
  if (freeSwitchBinary === undefined) {
    t.comment(`not run, for want of a freeswitch binary: ${name}`);
    t.pass('no freeswitch here');
    return;
  }
  t.test(name, { timeout: 240_000 }, async (t) => {
    const exchange = await startExchange(more);
    try {
      await test(t, exchange);
    } finally {
      await exchange.stop();
    }
  });
}
