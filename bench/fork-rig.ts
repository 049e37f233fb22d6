import { setTimeout as pause } from 'node:timers/promises';
import { type Account, type Exchange, startExchange } from '../test/support/exchange.ts';
import { type Agent, createAgent } from '../test/support/sip/agent.ts';
import { answers, rings } from '../test/support/sip/behaviours.ts';
import { type CallTimes, readCallTimes, TAG } from './call-times.ts';
import { addNativeArm, NATIVE_CODE } from './native-arm.ts';

/** Who routes the call: static XML in FreeSWITCH, or the daemon. Both ring the same two telephones. */
export type Arm = 'native' | 'vaxel';

/** An exchange with one caller and one person called, whose desk phone answers while the app only rings. */
export interface ForkRig {
  readonly exchange: Exchange;
  /** Places a call and ends it. @returns its tag, by which `times` knows it, where it was answered. */
  readonly call: (arm: Arm) => Promise<string | undefined>;
  /** Places calls at a steady rate, whatever becomes of them. @returns the tag of each that was answered. */
  calls(arm: Arm, count: number, perSecond: number): Promise<readonly (string | undefined)[]>;
  /** Of every call so far, by tag. */
  times(): ReadonlyMap<string, CallTimes>;
  stop(): Promise<void>;
}

/** Milliseconds the desk phone rings before it is picked up; measured answers contain it. */
export const PICKED_UP_AFTER_MS = 60;
const TALK_MS = 60;
const ANSWERED_WITHIN_MS = 5_000;

export async function openForkRig(more: Readonly<Record<string, string>> = {}): Promise<ForkRig> {
  const exchange = await startExchange(more);
  const phones: Agent[] = [];
  const stop = async () => {
    await Promise.all(phones.map((phone) => phone.close()));
    await exchange.stop();
  };
  try {
    await exchange.vaxel('user', 'add', '100', '--name', 'Anna Berg');
    await exchange.vaxel('user', 'add', '101', '--name', 'Björn Ek');
    const [desk, app, bjorn] = [
      await exchange.addDevice('100', 'desk'),
      await exchange.addDevice('100', 'app'),
      await exchange.addDevice('101', 'desk'),
    ];
    await addNativeArm(exchange, dialOf(exchange.domain, [desk, app]));
    for (const account of [desk, app, bjorn]) {
      const phone = await createAgent({ bind: '127.0.0.1' });
      phones.push(phone);
      await phone.register({ registrar: exchange.sip, ...account });
    }
    const [deskPhone, appPhone, caller] = phones;
    if (deskPhone === undefined || appPhone === undefined || caller === undefined) {
      throw new Error('three telephones');
    }
    deskPhone.onCall(answers(PICKED_UP_AFTER_MS));
    appPhone.onCall(rings);
    return { exchange, ...callsBetween(exchange, caller, bjorn, [deskPhone, appPhone]), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function callsBetween(
  { sip }: Exchange,
  caller: Agent,
  account: Account,
  called: readonly Agent[],
): Omit<ForkRig, 'exchange' | 'stop'> {
  let placed = 0;

  async function call(arm: Arm): Promise<string | undefined> {
    placed += 1;
    const tag = `${arm}-${placed}`;
    const outgoing = await caller.call({
      to: arm === 'native' ? NATIVE_CODE : '100',
      domain: account.domain,
      proxy: sip,
      auth: account,
      from: { user: account.username },
      headers: { [TAG]: tag },
    });
    try {
      await outgoing.answered(ANSWERED_WITHIN_MS);
      await pause(TALK_MS);
      await outgoing.hangup();
      return tag;
    } catch {
      outgoing.cancel();
      return undefined;
    }
  }

  return {
    call,
    async calls(arm, count, perSecond) {
      const began = performance.now();
      const results: Promise<string | undefined>[] = [];
      for (let i = 0; i < count; i += 1) {
        await pause(Math.max(0, began + (i * 1_000) / perSecond - performance.now()));
        results.push(call(arm));
      }
      return Promise.all(results);
    },
    times: () =>
      readCallTimes(
        caller.trace,
        called.map(({ trace }) => trace),
      ),
  };
}

/** What the daemon would dial: the same contacts, with the same variables, in one bridge. */
function dialOf(domain: string, accounts: readonly Account[]): string {
  const legs = accounts.map(
    ({ id, username }) =>
      `[vx_device=${id},leg_timeout=25]\${sofia_contact(vaxel/${username}@${domain})}`,
  );
  return `{ignore_early_media=true,originate_timeout=25,sip_invite_domain=${domain}}${legs.join(',')}`;
}
