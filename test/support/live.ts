import t, { type Test } from 'tap';
import { type Exchange, freeSwitchBinary, startExchange } from './exchange.ts';

/**
 * A test on a whole exchange of its own, with a real FreeSWITCH; where there is
 * none, one line says that it did not run.
 * @param environment - what it is started with, beside its ports and its state.
 * @param withinMs - how long the test may take.
 */
export function liveTest(
  name: string,
  test: (t: Test, exchange: Exchange) => Promise<void>,
  environment: () => Promise<Readonly<Record<string, string>>> = () => Promise.resolve({}),
  withinMs = 480_000,
): void {
  if (freeSwitchBinary === undefined) {
    t.comment(`not run, for want of a freeswitch binary: ${name}`);
    t.pass('no freeswitch here');
    return;
  }
  t.test(name, { timeout: withinMs }, async (t) => {
    const exchange = await startExchange(await environment());
    try {
      await withLog(t, exchange, test);
    } finally {
      await exchange.stop();
    }
  });
}

/** The state of an exchange goes with it, and with that why a test failed. */
async function withLog(
  t: Test,
  exchange: Exchange,
  test: (t: Test, exchange: Exchange) => Promise<void>,
): Promise<void> {
  try {
    await test(t, exchange);
  } catch (error) {
    t.comment(lastLines(exchange));
    throw error;
  }
  if (!t.passing()) t.comment(lastLines(exchange));
}

const lastLines = (exchange: Exchange): string =>
  exchange
    .daemonLog()
    .slice(-60)
    .map((line) => JSON.stringify(line))
    .join('\n');
