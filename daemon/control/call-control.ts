import { randomUUID } from 'node:crypto';
import { VaxelError } from '../../common/errors.ts';
import type { Log } from '../../common/log.ts';
import type { Clock } from '../../common/time.ts';
import type { LegId } from '../call/event.ts';
import type { EslConnection } from '../esl/connection.ts';
import { type Origination, originateCommand } from '../esl/originate.ts';
import type { Lines } from '../lines/line.ts';
import {
  isSipDevice,
  type Directory,
  type Language,
  type Organisation,
  type User,
} from '../routing/directory.ts';
import type { SaidPart } from '../routing/plan.ts';
import type { World } from '../routing/world.ts';
import { readDestination } from './destination.ts';
import { legsRungFor, ringingCall } from '../lines/ringing-call.ts';
import type { OwnCall } from './own-call.ts';
import { hangUp, hangUpEach } from './hang-up.ts';
import { createParking } from './parking.ts';
import { registeredPlaces } from './places.ts';
import { type ControlResult, DONE, refuse } from './result.ts';
import { transfer } from './transfer.ts';

export interface ControlDeps {
  readonly directory: () => Directory;
  readonly world: () => World;
  readonly soundOf: (parts: readonly SaidPart[], language: Language) => readonly string[];
  readonly lines: Pick<Lines, 'current'>;
  /** The callers' legs of the calls that a person pays for. */
  readonly paidBy: (user: string) => readonly LegId[];
  /** `undefined` while there is no FreeSWITCH to command. */
  readonly control: () => FreeSwitchControl | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

export type FreeSwitchControl = Pick<EslConnection, 'api' | 'bgapi' | 'send'>;

/** Which of a person's telephones, and how they ring. */
export interface Telephones {
  readonly organisation: Organisation;
  readonly user: User;
  /** Undefined: every one that is registered. */
  readonly device: string | undefined;
  readonly autoAnswer: boolean;
}

/** What clients do with calls. Every deed is FreeSWITCH's: what came of it shows in the lines. */
export interface CallControl {
  /** Rings one's own telephones, and dials from the one that is answered. */
  dial(from: Telephones, to: string): Promise<ControlResult>;
  /** Takes the call that rings at a colleague. */
  pickUp(from: Telephones, colleague: User): Promise<ControlResult>;
  /** Takes a parked call. */
  unpark(from: Telephones, slot: number): Promise<ControlResult>;
  /** Rings another device of one's own, and goes on there once it is answered. */
  move(from: Telephones, call: OwnCall): Promise<ControlResult>;
  hangUp(call: OwnCall): Promise<ControlResult>;
  /** Ends every call of a person, and those that leave at their cost, or a team's, though others speak; never an emergency call. */
  hangUpAll(user: User): Promise<ControlResult>;
  hold(call: OwnCall): Promise<ControlResult>;
  resume(call: OwnCall): Promise<ControlResult>;
  transfer(organisation: Organisation, call: OwnCall, to: string): Promise<ControlResult>;
  park(organisation: Organisation, call: OwnCall, slot: number | undefined): Promise<ControlResult>;
  parked(organisation: Organisation): Promise<readonly number[] | undefined>;
}

export function createCallControl(deps: ControlDeps): CallControl {
  const parking = createParking();

  /** A FreeSWITCH that is away, or whose leg has just ended, is an answer and no failure of ours. */
  async function told(
    work: (freeswitch: FreeSwitchControl) => Promise<ControlResult>,
  ): Promise<ControlResult> {
    const freeswitch = deps.control();
    if (freeswitch === undefined) return refuse('freeswitch-away');
    try {
      return await work(freeswitch);
    } catch (error) {
      if (!(error instanceof VaxelError)) throw error;
      deps.log.info({ err: error }, 'a wish about a call was not done');
      return refuse(error.code === 'ESL_COMMAND_FAILED' ? 'unknown-call' : 'freeswitch-away');
    }
  }

  async function ring(
    freeswitch: FreeSwitchControl,
    { organisation, user, device, autoAnswer }: Telephones,
    shown: Origination['shown'],
    then: Origination['then'],
  ): Promise<ControlResult> {
    const devices = user.devices.filter(isSipDevice).filter(({ id }) => (device ?? id) === id);
    if (devices.length === 0) return refuse('no-device');
    const places = await registeredPlaces(freeswitch, devices, organisation.domain);
    if (places.length === 0) return refuse('not-registered');
    const legs = places.map((place) => ({ leg: randomUUID() as string as LegId, ...place }));
    const command = originateCommand({
      user: { id: user.id, domain: organisation.domain },
      legs,
      shown,
      ringFor: user.ringFor,
      autoAnswer,
      then,
    });
    const withinMs = (user.ringFor + 5) * 1_000;
    freeswitch.bgapi(command, withinMs).catch((err: unknown) => {
      // Nobody answered, mostly: the lines have shown it.
      deps.log.debug({ err }, 'telephones rang for their owner, and none was answered');
    });
    return { kind: 'ringing', legs: legs.map(({ leg }) => leg) };
  }

  return {
    dial: (from, to) =>
      told(async (freeswitch) => {
        const device = from.user.devices.find(isSipDevice);
        if (device === undefined) return refuse('no-device');
        const found = readDestination(to, { ...from, device }, sources());
        if ('refused' in found) return refuse(found.refused);
        const shown = { name: found.name, number: found.dialled };
        return ring(freeswitch, from, shown, { kind: 'dial', to: found.dialled });
      }),
    pickUp: (from, colleague) =>
      told(async (freeswitch) => {
        const call = ringingCall(deps.lines.current().get(colleague.id));
        if (call === undefined) return refuse('nothing-rings');
        return ring(freeswitch, from, call.with, {
          kind: 'pick-up',
          leg: call.peer,
          ringing: legsRungFor(call.peer, deps.lines.current()),
        });
      }),
    unpark: (from, slot) =>
      told(async (freeswitch) => {
        const parked = await parking.list(freeswitch, from.organisation);
        const leg = parked.find((each) => each.slot === slot)?.leg;
        if (leg === undefined) return refuse('slot-empty');
        const shown = { name: '', number: String(slot) };
        return ring(freeswitch, from, shown, { kind: 'pick-up', leg, ringing: [] });
      }),
    move: (from, { call }) =>
      told(async (freeswitch) => {
        if (call.state === 'ringing') return refuse('wrong-state');
        if (call.peer === undefined) return refuse('nobody-there');
        return ring(freeswitch, from, call.with, { kind: 'take', leg: call.peer });
      }),
    hangUp: ({ call }) =>
      told(async (freeswitch) => {
        await hangUp(freeswitch, call);
        return DONE;
      }),
    hangUpAll: (user) =>
      told(async (freeswitch) => {
        const own = deps.lines.current().get(user.id)?.calls ?? [];
        const shown = new Set(own.flatMap(({ legs, peer }) => [...legs, peer]));
        const elsewhere = deps.paidBy(user.id).filter((leg) => !shown.has(leg));
        return { kind: 'ended', calls: await hangUpEach(freeswitch, own, elsewhere) };
      }),
    hold: ({ call, leg }) =>
      told(async (freeswitch) => {
        if (call.state !== 'busy') return refuse('wrong-state');
        await freeswitch.api(`uuid_hold ${leg}`);
        return DONE;
      }),
    resume: ({ call, leg }) =>
      told(async (freeswitch) => {
        if (call.state !== 'held') return refuse('wrong-state');
        await freeswitch.api(`uuid_hold off ${leg}`);
        return DONE;
      }),
    transfer: (organisation, call, to) =>
      told((freeswitch) =>
        transfer(freeswitch, organisation, call, to, { ...sources(), soundOf: deps.soundOf }),
      ),
    park: (organisation, call, slot) =>
      told((freeswitch) => parking.park(freeswitch, organisation, call, slot)),
    async parked(organisation) {
      let slots: readonly number[] | undefined;
      await told(async (freeswitch) => {
        slots = (await parking.list(freeswitch, organisation)).map((each) => each.slot);
        return DONE;
      });
      return slots;
    },
  };

  function sources() {
    return { world: deps.world(), now: deps.clock() };
  }
}
