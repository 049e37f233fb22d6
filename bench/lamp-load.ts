import { setTimeout as pause } from 'node:timers/promises';
import { type Account, type Exchange, startExchange } from '../test/support/exchange.ts';
import { type Key, type Lit, readLamp, watchLamp } from '../test/support/lamp.ts';
import { type Phone, plugIn } from '../test/support/phones.ts';
import { createAgent } from '../test/support/sip/agent.ts';
import type { LampArm } from './lamp-rig.ts';
import { addNativeArm, NATIVE_CODE } from './native-arm.ts';
import { CALLS_PER_SECOND } from './rate.ts';

export interface LampLoad {
  /** Milliseconds from what a phone sent to each NOTIFY that says so. */
  readonly took: readonly number[];
  /** NOTIFYs that did not come in time. */
  readonly missing: number;
}

/** Twenty phones that watch the same fifty people, of whom half are called, again and again. */
const PHONES = 20;
const KEYS = 50;
const PEOPLE = 25;

const RINGS_MS = 200;
const TALKS_MS = 400;
const TOLD_WITHIN_MS = 3_000;

/** How soon a thousand subscriptions hear of twenty calls a second. */
export async function lampLoad(arm: LampArm, calls: number): Promise<LampLoad> {
  const teardowns: (() => unknown)[] = [];
  const owner = { teardown: (end: () => unknown) => void teardowns.push(end) };
  const exchange = await startExchange();
  try {
    const pairs: (readonly [caller: Phone, called: Phone, to: string])[] = [];
    for (let i = 0; i < PEOPLE; i += 1) {
      const [to, from] = [String(200 + i), String(300 + i)];
      for (const extension of [to, from]) {
        await exchange.vaxel('user', 'add', extension, '--name', 'Somebody');
      }
      const called = await plugIn(owner, exchange, to);
      if (arm === 'native') {
        await addNativeArm(exchange, nativeDial(called.account, to), `${NATIVE_CODE}${to}`);
      }
      pairs.push([await plugIn(owner, exchange, from), called, to]);
    }

    const [[first] = []] = pairs;
    if (first === undefined) throw new Error('nobody is there');
    const keys = await watchAll(owner, exchange, first, arm);
    const took: number[] = [];
    let missing = 0;
    const began = performance.now();
    const running: Promise<void>[] = [];
    const free = pairs.map((pair) => pair);
    for (let i = 0; i < calls; i += 1) {
      await pause(Math.max(0, began + (i * 1_000) / CALLS_PER_SECOND - performance.now()));
      const pair = free.shift();
      // Everybody talks, since the exchange is slower than it is called.
      if (pair === undefined) continue;
      running.push(
        oneCall(exchange, pair, keys.get(pair[2]) ?? [], arm).then((times) => {
          for (const ms of times) {
            if (ms === undefined) missing += 1;
            else took.push(ms);
          }
          free.push(pair);
        }),
      );
    }
    await Promise.all(running);
    return { took, missing };
  } finally {
    await Promise.all(teardowns.map((end) => end()));
    await exchange.stop();
  }
}

async function watchAll(
  owner: { readonly teardown: (end: () => unknown) => void },
  exchange: Exchange,
  { account }: Phone,
  arm: LampArm,
): Promise<ReadonlyMap<string, readonly Key[]>> {
  const keys = new Map<string, Key[]>();
  await Promise.all(
    Array.from({ length: PHONES }, async () => {
      const agent = await createAgent({ bind: '127.0.0.1' });
      owner.teardown(() => agent.close());
      for (let i = 0; i < KEYS; i += 1) {
        const to = String(200 + i);
        const key = await watchLamp(exchange, agent, account, arm === 'native' ? `n${to}` : to);
        keys.set(to, [...(keys.get(to) ?? []), key]);
      }
    }),
  );
  return keys;
}

/** Rung, answered, ended. @returns how long each of the keys took to show each of the three. */
async function oneCall(
  { sip }: Exchange,
  [caller, called, to]: readonly [Phone, Phone, string],
  keys: readonly Key[],
  arm: LampArm,
): Promise<readonly (number | undefined)[]> {
  const shown = (wanted: Lit) => {
    const seen = keys.map(({ subscription }) => subscription.notifications.length);
    const began = performance.now();
    return keys.map(async ({ subscription }, i) => {
      const fits = ({ body }: { readonly body: string }, at: number) =>
        at >= (seen[i] ?? 0) && readLamp(body) === wanted;
      const told = await subscription
        .notified((each) => fits(each, subscription.notifications.indexOf(each)), TOLD_WITHIN_MS)
        .catch(() => undefined);
      return told && told.atMs - began;
    });
  };
  const times: Promise<number | undefined>[] = [];
  const { account, agent } = caller;
  const call = await agent.call({
    ...{ to: arm === 'native' ? `${NATIVE_CODE}${to}` : to, domain: account.domain, proxy: sip },
    ...{ auth: account, from: { user: account.username } },
  });
  try {
    const arrived = await called.agent.nextCall();
    times.push(...shown('ringing'));
    arrived.ring();
    await pause(RINGS_MS);
    times.push(...shown('busy'));
    await arrived.answer();
    await call.answered();
    await pause(TALKS_MS);
    times.push(...shown('off'));
    await call.hangup();
  } catch {
    // Not carried: then the lamps that wait for it are missing.
    call.cancel();
  }
  return Promise.all(times);
}

/** The same leg as the daemon would dial, with FreeSWITCH's own presence on it. */
const nativeDial = ({ domain, username }: Account, to: string): string =>
  `{ignore_early_media=true,sip_invite_domain=${domain}}` +
  `[presence_id=n${to}@${domain},leg_timeout=25]\${sofia_contact(vaxel/${username}@${domain})}`;
