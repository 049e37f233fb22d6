import t, { type Test } from 'tap';
import { type Exchange, freeSwitchBinary, startExchange } from './exchange.ts';

/**
 * A test on a whole exchange of its own, with a real FreeSWITCH; where there is
 * none, one line says that it did not run.
 * @param environment - what it is started with, beside its ports and its state.
 */
export function liveTest(
  name: string,
  test: (t: Test, exchange: Exchange) => Promise<void>,
  environment: () => Promise<Readonly<Record<string, string>>> = () => Promise.resolve({}),
): void {
  if (freeSwitchBinary === undefined) {
    t.comment(`not run, for want of a freeswitch binary: ${name}`);
    t.pass('no freeswitch here');
    return;
  }
  t.test(name, { timeout: 480_000 }, async (t) => {
    const exchange = await startExchange(await environment());
    try {
      await test(t, exchange);
    } finally {
      // Its state goes with it, and with that why.
      if (!t.passing()) t.comment(lastLines(exchange));
      await exchange.stop();
    }
  });
}

const lastLines = (exchange: Exchange): string =>
  exchange
    .daemonLog()
    .slice(-60)
    .map((line) => JSON.stringify(line))
    .join('\n');
