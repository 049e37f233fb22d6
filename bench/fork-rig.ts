import { setTimeout as pause } from 'node:timers/promises';
import { type Account, type Exchange, startExchange } from '../test/support/exchange.ts';
import { type Agent, createAgent } from '../test/support/sip/agent.ts';
import { answers, rings } from '../test/support/sip/behaviours.ts';
import { type CallTimes, readCallTimes, TAG } from './call-times.ts';
import { addNativeArm, NATIVE_CODE } from './native-arm.ts';

/** Who routes the call: static XML in FreeSWITCH, or the daemon. Both ring the same two telephones. */
export type Arm = 'native' | 'vaxel';

/**
 * An exchange with one caller and some people called, each of whom has two accounts on the same two
 * telephones: the desk phone answers, the app only rings.
 */
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
const CALLER = '101';
/** Several: nobody’s telephones ring for more than ten calls at once. */
const CALLED = ['100', '102', '103', '104'] as const;

export async function openForkRig(more: Readonly<Record<string, string>> = {}): Promise<ForkRig> {
  const exchange = await startExchange(more);
  const phones: Agent[] = [];
  const stop = async () => {
    await Promise.all(phones.map((phone) => phone.close()));
    await exchange.stop();
  };
  try {
    const plugIn = async (): Promise<Agent> => {
      const phone = await createAgent({ bind: '127.0.0.1' });
      phones.push(phone);
      return phone;
    };
    const [deskPhone, appPhone, caller] = [await plugIn(), await plugIn(), await plugIn()];
    await exchange.vaxel('user', 'add', CALLER, '--name', 'Björn Ek');
    const bjorn = await exchange.addDevice(CALLER, 'desk');
    await caller.register({ registrar: exchange.sip, ...bjorn });
    for (const extension of CALLED) {
      await exchange.vaxel('user', 'add', extension, '--name', 'Somebody');
      await exchange.vaxel('rule', 'set', extension, 'calls-at-once', '10');
      const desk = await exchange.addDevice(extension, 'desk');
      const app = await exchange.addDevice(extension, 'app');
      await deskPhone.register({ registrar: exchange.sip, ...desk });
      await appPhone.register({ registrar: exchange.sip, ...app });
      if (extension === CALLED[0])
        await addNativeArm(exchange, dialOf(exchange.domain, [desk, app]));
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
      to: arm === 'native' ? NATIVE_CODE : (CALLED[placed % CALLED.length] ?? ''),
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
