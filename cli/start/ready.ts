import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../common/config.ts';
import { readStatus } from '../read-status.ts';

/** Milliseconds. FreeSWITCH is up after one to three seconds; at its first start it makes a 4096-bit key before that. */
const READY_WITHIN_MS = 90_000;

/** Waits until the daemon has FreeSWITCH. @returns undefined where that takes too long. */
export async function untilReady(
  config: Config,
  stopped: Promise<void>,
): Promise<{ readonly version: string } | undefined> {
  let over = false;
  void stopped.then(() => (over = true));
  const isOver = () => over;
  for (const end = performance.now() + READY_WITHIN_MS; performance.now() < end && !isOver();) {
    const status = await readStatus(config);
    if (status?.freeswitch.state === 'connected') return { version: status.freeswitch.version };
    await sleep(200);
  }
  return undefined;
}
