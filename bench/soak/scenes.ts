import { setTimeout as pause } from 'node:timers/promises';
import { ask } from '../../test/support/api-client.ts';
import { eventually } from '../../test/support/eventually.ts';
import type { Lit } from '../../test/support/lamp.ts';
import { PATIENCE_MS } from '../../test/support/patience.ts';
import type { IncomingCall } from '../../test/support/sip/incoming-call.ts';
import type { OutgoingCall } from '../../test/support/sip/outgoing-call.ts';
import type { Placed } from './call-ledger.ts';
import type { EventWatch } from './event-watch.ts';
import type { Hurt } from './faults.ts';
import type { LampWatch } from './lamp-watch.ts';
import type { Office, Person } from './office.ts';

export interface Stage extends Office {
  readonly lamps: LampWatch;
  readonly events: EventWatch;
  readonly random: () => number;
  /** Every call that was placed. */
  readonly placed: Placed[];
}

/** One thing that happens in an office, with three people who do nothing else meanwhile. @throws where it does not go as it must. */
export interface Scene {
  readonly name: string;
  /** How often, beside the others. */
  readonly weight: number;
  /** Whom it cannot go without. */
  readonly needs: readonly Hurt[];
  play(stage: Stage, anna: Person, bjorn: Person, cecilia: Person): Promise<void>;
}

export const SCENES: readonly Scene[] = [
  {
    ...{ name: 'a colleague answers', weight: 8, needs: [] },
    async play(stage, anna, bjorn) {
      const call = await meets(stage, bjorn, () => dial(stage, anna, bjorn.extension));
      await show(stage, anna, 'busy');
      await part(stage, call);
      await allOff(stage, anna, bjorn);
    },
  },
  {
    ...{ name: 'the caller gives up', weight: 3, needs: [] },
    async play(stage, anna, bjorn) {
      const arriving = bothRing(bjorn);
      const call = await dial(stage, anna, bjorn.extension);
      const rung = await arriving;
      await show(stage, bjorn, 'ringing');
      call.cancel();
      await Promise.all([call.ended(), ...rung.map((each) => each.ended())]);
      await allOff(stage, anna, bjorn);
    },
  },
  {
    ...{ name: 'voicemail', weight: 3, needs: [] },
    async play(stage, anna, bjorn) {
      for (const { agent } of bjorn.phones) {
        agent.onCall((call) => {
          call.reject(486);
        });
      }
      const call = await dial(stage, anna, bjorn.extension);
      await call.answered();
      await pause(talkMs(stage));
      await call.hangup();
      await allOff(stage, anna, bjorn);
    },
  },
  {
    ...{ name: 'from outside', weight: 5, needs: [] },
    async play(stage, anna) {
      const call = await meets(stage, anna, () => callIn(stage, anna));
      await part(stage, call);
      await allOff(stage, anna);
    },
  },
  {
    ...{ name: 'to the outside', weight: 5, needs: [] },
    async play(stage, anna) {
      const call = await dial(stage, anna, '0701234568', '+46701234568');
      await call.answered();
      await show(stage, anna, 'busy');
      await pause(talkMs(stage));
      await call.hangup();
      await allOff(stage, anna);
    },
  },
  {
    ...{ name: 'transferred', weight: 3, needs: ['daemon'] },
    async play(stage, anna, bjorn, cecilia) {
      const { call } = await meets(stage, bjorn, () => dial(stage, anna, bjorn.extension));
      const [known] = await callsOf(stage, bjorn);
      const { answered } = await meets(stage, cecilia, async () => {
        const { status } = await ask(
          ...([stage.exchange.httpPort, 'post', `/v1/calls/${known?.id ?? ''}/transfer`] as const),
          { token: stage.token, body: { to: cecilia.extension } },
        );
        if (status !== 204) throw new Error(`the transfer was answered with ${status}`);
        return call;
      });
      await show(stage, bjorn, 'off');
      await part(stage, { call, answered });
      await allOff(stage, anna, bjorn, cecilia);
    },
  },
  {
    ...{ name: 'at lunch', weight: 2, needs: ['daemon'] },
    async play(stage, anna) {
      const { exchange } = stage;
      await exchange.vaxel('activity', 'set', anna.extension, 'lunch', '--until', '+10m');
      try {
        let rung = 0;
        for (const { agent } of anna.phones) agent.onCall(() => void (rung += 1));
        const call = await callIn(stage, anna);
        await call.answered();
        await pause(talkMs(stage));
        await call.hangup();
        if (rung > 0) throw new Error('a phone rang at lunch');
      } finally {
        await exchange.vaxel('activity', 'clear', anna.extension);
      }
      await allOff(stage, anna);
    },
  },
  {
    ...{ name: 'a phone fetches its files', weight: 2, needs: ['provisioning'] },
    async play({ phone }) {
      const before = phone.fetched.length;
      await phone.fetchAgain();
      const failed = phone.fetched.slice(before).filter(([, , status]) => status >= 500);
      if (failed.length > 0) throw new Error(JSON.stringify(failed));
    },
  },
];

interface Met {
  readonly call: OutgoingCall;
  readonly answered: IncomingCall;
}

/** Both phones ring and their lamps say so; one answers, the other hears that it is over. */
async function meets(
  stage: Stage,
  called: Person,
  place: () => Promise<OutgoingCall>,
): Promise<Met> {
  const arriving = bothRing(called);
  const call = await place();
  const rung = await arriving;
  await show(stage, called, 'ringing');
  const [answered, other] = stage.random() < 0.5 ? rung : [rung[1], rung[0]];
  await answered.answer();
  await Promise.all([call.answered(), other.ended(), answered.acknowledged()]);
  const [app, desk] = called.phones;
  const taken = stage.placed.find((one) => one.call === call);
  if (taken !== undefined) taken.takenBy ??= (answered === rung[0] ? app : desk).account.username;
  await show(stage, called, 'busy');
  return { call, answered };
}

async function part(stage: Stage, { call, answered }: Met): Promise<void> {
  await pause(talkMs(stage));
  const [first, second] = stage.random() < 0.5 ? [call, answered] : [answered, call];
  await first.hangup();
  await second.ended();
}

/** Ask before the call is placed. */
function bothRing(person: Person): Promise<readonly [IncomingCall, IncomingCall]> {
  const [app, desk] = person.phones;
  const arrival = ({ agent }: Person['phones'][number]) =>
    new Promise<IncomingCall>((resolve, reject) => {
      const late = setTimeout(() => {
        reject(new Error(`a phone of ${person.extension} did not ring`));
      }, PATIENCE_MS);
      agent.onCall((call) => {
        clearTimeout(late);
        call.ring();
        resolve(call);
      });
    });
  const both = Promise.all([arrival(app), arrival(desk)]);
  // Where the call cannot be placed, nobody waits for it any more.
  both.catch(() => undefined);
  return both;
}

/** By every lamp, and by the stream of events. */
const show = (stage: Stage, person: Person, wanted: Lit) =>
  Promise.all([stage.lamps.show(person, wanted), stage.events.shows(person, wanted)]);

const allOff = (stage: Stage, ...people: readonly Person[]) =>
  Promise.all(people.map((person) => show(stage, person, 'off')));

/** @param or - how FreeSWITCH writes the number, where it takes the call by itself. */
async function dial(
  stage: Stage,
  { phones }: Person,
  to: string,
  ...or: readonly string[]
): Promise<OutgoingCall> {
  const phone = phones[stage.random() < 0.5 ? 0 : 1];
  return note(stage, phone.account.username, [to, ...or], () => phone.call(to));
}

async function callIn(stage: Stage, { number, extension }: Person): Promise<OutgoingCall> {
  const { carrier, exchange } = stage;
  return note(stage, OUTSIDE, [number, extension], () =>
    carrier.call({ to: number, proxy: exchange.trunk, from: { user: OUTSIDE } }),
  );
}

async function note(
  { placed }: Stage,
  caller: string,
  callee: readonly string[],
  place: () => Promise<OutgoingCall>,
): Promise<OutgoingCall> {
  const one: Placed = { at: Date.now(), caller, callee };
  placed.push(one);
  one.call = await place();
  return one.call;
}

const OUTSIDE = '+46701234567';

/** As the API has them, once it has one. */
const callsOf = ({ exchange, token }: Stage, { extension }: Person) =>
  eventually(`call of ${extension}`, async () => {
    const { body } = await ask(exchange.httpPort, 'get', `/v1/lines/${extension}`, { token });
    const { calls } = body as { readonly calls: readonly { readonly id: string }[] };
    return calls.length > 0 && calls;
  });

const talkMs = ({ random }: Stage): number => 500 + random() * 2_500;
