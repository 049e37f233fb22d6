import { setTimeout as pause } from 'node:timers/promises';
import { ask } from '../api-client.ts';
import { eventually } from '../eventually.ts';
import type { Exchange } from '../exchange.ts';
import type { Lit } from '../lamp.ts';
import { PATIENCE_MS } from '../patience.ts';
import type { Phone } from '../phones.ts';
import type { IncomingCall } from '../sip/incoming-call.ts';
import type { OutgoingCall } from '../sip/outgoing-call.ts';
import type { Chaos } from './chaos.ts';
import type { Watched } from './watched.ts';

/** Three people who call each other; the second has two telephones. */
export interface Trio {
  readonly extensions: readonly [string, string, string];
  readonly caller: Phone;
  readonly desk: Phone;
  readonly app: Phone;
  readonly third: Phone;
  /** The place they park in. */
  readonly slot: string;
  /** The second one's, for the API. */
  readonly token: string;
}

/** What an everyday call can be: each is made of what people do, and after each deed every key is looked at. */
export const KINDS = ['talk', 'hold', 'transfer', 'pickup', 'park', 'second call'] as const;
export type Kind = (typeof KINDS)[number];

const WITHIN_MS = PATIENCE_MS;

/** One call of that kind. Whatever goes wrong, it rejects; `hangUpAll` ends what is left. */
export function createCalls(exchange: Exchange, watched: Watched, chaos: Chaos) {
  const left = new Map<Trio, Set<OutgoingCall | IncomingCall>>();

  const note = <Call extends OutgoingCall | IncomingCall>(trio: Trio, call: Call): Call => {
    left.set(trio, (left.get(trio) ?? new Set()).add(call));
    return call;
  };

  function arrives(trio: Trio, phone: Phone): Promise<IncomingCall> {
    const coming = new Promise<IncomingCall>((resolve, reject) => {
      const late = setTimeout(() => {
        reject(new Error('no call arrives'));
      }, WITHIN_MS);
      phone.agent.onCall((call) => {
        clearTimeout(late);
        resolve(note(trio, call));
      });
    });
    // Where something else goes wrong first, nobody waits for it any longer.
    coming.catch(() => undefined);
    return coming;
  }

  const wish = async ({ token }: Trio, path: string, body: object = {}): Promise<boolean> => {
    const answer = await ask(exchange.httpPort, 'post', path, { token, body });
    if (answer.status < 300) return true;
    // The daemon keeps a place for a moment, until FreeSWITCH says who is in it.
    if (JSON.stringify(answer.body).includes('slot-taken')) return false;
    throw new Error(`${path} is answered with ${answer.status} ${JSON.stringify(answer.body)}`);
  };

  async function callOf({ token, extensions: [, b] }: Trio): Promise<string> {
    const { body } = await ask(exchange.httpPort, 'get', `/v1/lines/${b}`, { token });
    const { calls = [] } = body as { readonly calls?: readonly { readonly id: string }[] };
    if (calls[0] === undefined) throw new Error(`no call in ${JSON.stringify(body)}`);
    return calls[0].id;
  }

  async function carryOut(kind: Kind, trio: Trio): Promise<void> {
    const [a, b, c] = trio.extensions;
    const lost = chaos.callsLost();
    const show = (to: string, wanted: Lit) =>
      watched.show(to, wanted, () => chaos.callsLost() === lost);
    const all = (...wanted: readonly (readonly [string, Lit])[]) =>
      Promise.all(wanted.map(([to, lit]) => show(to, lit)));
    const both = Promise.all([arrives(trio, trio.desk), arrives(trio, trio.app)]);
    const call = note(trio, await trio.caller.call(b));
    const [onDesk, onApp] = await both;
    onDesk.ring();
    onApp.ring();
    await all([b, 'ringing'], [a, 'busy'], [c, 'off']);

    if (kind === 'pickup') {
      const taken = note(trio, await trio.third.call(`**${b}`));
      await Promise.all([call.answered(WITHIN_MS), taken.answered(WITHIN_MS)]);
      await all([b, 'off'], [a, 'busy'], [c, 'busy']);
      await call.hangup();
      await taken.ended(WITHIN_MS);
      await all([a, 'off'], [c, 'off']);
      return;
    }

    await onDesk.answer();
    await call.answered(WITHIN_MS);
    await all([b, 'busy'], [a, 'busy']);

    switch (kind) {
      case 'talk':
        await onDesk.hangup();
        break;
      case 'hold':
        await onDesk.hold();
        await all([b, 'held'], [a, 'busy']);
        await onDesk.resume();
        await all([b, 'busy'], [a, 'busy']);
        await call.hangup();
        break;
      case 'transfer': {
        const handed = arrives(trio, trio.third);
        await onDesk.refer(`sip:${c}@${trio.desk.account.domain}`);
        const arrived = await handed;
        arrived.ring();
        await all([b, 'off'], [c, 'ringing'], [a, 'busy']);
        await arrived.answer();
        await all([c, 'busy'], [a, 'busy']);
        await call.hangup();
        break;
      }
      case 'park': {
        const path = `/v1/calls/${await callOf(trio)}/park`;
        await eventually('a free place', () => wish(trio, path, { slot: Number(trio.slot) }));
        await all([b, 'off'], [a, 'busy'], [`slot+${trio.slot}`, 'busy']);
        const fetched = arrives(trio, trio.desk);
        await wish(trio, `/v1/parked/${trio.slot}/pickup`);
        await (await fetched).answer();
        await all([b, 'busy'], [a, 'busy'], [`slot+${trio.slot}`, 'off']);
        await call.hangup();
        break;
      }
      case 'second call': {
        const second = arrives(trio, trio.caller);
        const knocking = note(trio, await trio.third.call(a));
        (await second).ring();
        await show(c, 'busy');
        knocking.cancel();
        await knocking.ended(WITHIN_MS);
        await all([b, 'busy'], [a, 'busy'], [c, 'off']);
        await call.hangup();
        break;
      }
    }
    await all([a, 'off'], [b, 'off'], [c, 'off'], [`slot+${trio.slot}`, 'off']);
  }

  return {
    carryOut,
    /** After a fault: each phone hangs up whatever it has, and hears no more of it. */
    async hangUpAll(trio: Trio): Promise<void> {
      const calls = [...(left.get(trio) ?? [])];
      left.delete(trio);
      await Promise.allSettled(
        calls.filter((call) => call.ending() === undefined).map((call) => giveUp(call)),
      );
    },
    done(trio: Trio): void {
      left.delete(trio);
    },
  };
}

async function giveUp(call: OutgoingCall | IncomingCall): Promise<void> {
  if ('cancel' in call && call.finalResponse() === undefined) call.cancel();
  else await Promise.race([call.hangup(), pause(GIVES_UP_MS)]);
}

/** Nobody may be there to answer a BYE. */
const GIVES_UP_MS = 3_000;
