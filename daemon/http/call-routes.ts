import type { CallControl } from '../control/call-control.ts';
import { findOwnCall, type OwnCall } from '../control/own-call.ts';
import type { ControlRefusal, ControlResult } from '../control/result.ts';
import type { Lines } from '../lines/line.ts';
import type { Client } from './client.ts';
import { findCalled, findColleague, telephonesOf } from './person.ts';
import { type Answer, clientRoute, problem, type Reply, type Route } from './route.ts';

export interface CallRouteDeps {
  readonly calls: CallControl;
  readonly lines: Pick<Lines, 'current'>;
}

/** What clients do with calls. */
export function callRoutes({ calls, lines }: CallRouteDeps): readonly Route[] {
  const withCall = async (
    client: Client,
    id: string,
    work: (call: OwnCall) => Promise<ControlResult>,
  ): Promise<Reply> => {
    const call = findOwnCall(id, client.organisation, client.user, lines.current());
    return call === undefined ? refusal('unknown-call') : answer(await work(call));
  };

  return [
    clientRoute({
      method: 'post',
      path: '/v1/calls',
      name: 'dial',
      summary: 'Rings one’s own telephones, and dials from the one that is answered',
      who: 'calls:write',
      takes: 'Dial',
      answers: RINGS,
      run: async ({ client, body }) => {
        const from = telephonesOf(client, body);
        return 'user' in from ? answer(await calls.dial(from, body.to)) : from;
      },
    }),
    clientRoute({
      method: 'post',
      path: '/v1/lines/{extension}/pickup',
      name: 'pickUp',
      summary: 'Takes the call that rings at a colleague',
      who: 'calls:write',
      takes: 'PickUp',
      answers: RINGS,
      run: async ({ client, params, body }) => {
        const colleague = findColleague(client, params.extension);
        if (colleague === undefined) return UNKNOWN_EXTENSION;
        const from = telephonesOf(client, body);
        return 'user' in from ? answer(await calls.pickUp(from, colleague)) : from;
      },
    }),
    clientRoute({
      method: 'post',
      path: '/v1/lines/{extension}/hangup',
      name: 'hangUpAll',
      summary:
        'Ends every call of a person, and those that leave at their cost, or a team’s, though others speak; never an emergency call',
      who: 'calls:write',
      answers: { 200: { what: 'How many were ended', schema: 'Ended' }, ...REFUSALS },
      run: async ({ client, params }) => {
        const called = findCalled(client, params.extension);
        if (called === undefined) return UNKNOWN_EXTENSION;
        if (client.user !== undefined && client.user.id !== called.id) return NOT_YOURS;
        return answer(await calls.hangUpAll(called));
      },
    }),
    clientRoute({
      method: 'post',
      path: '/v1/calls/{call}/hangup',
      name: 'hangUp',
      summary: 'Ends a call; one that rings is declined, and goes on as if it were not answered',
      who: 'calls:write',
      answers: DOES,
      run: ({ client, params }) => withCall(client, params.call, (call) => calls.hangUp(call)),
    }),
    clientRoute({
      method: 'post',
      path: '/v1/calls/{call}/hold',
      name: 'hold',
      summary: 'Lets the other side wait',
      who: 'calls:write',
      answers: DOES,
      run: ({ client, params }) => withCall(client, params.call, (call) => calls.hold(call)),
    }),
    clientRoute({
      method: 'post',
      path: '/v1/calls/{call}/resume',
      name: 'resume',
      summary: 'Goes on with a call that was held',
      who: 'calls:write',
      answers: DOES,
      run: ({ client, params }) => withCall(client, params.call, (call) => calls.resume(call)),
    }),
    clientRoute({
      method: 'post',
      path: '/v1/calls/{call}/transfer',
      name: 'transfer',
      summary: 'Sends the other side to another number, and leaves the call',
      who: 'calls:write',
      takes: 'Transfer',
      answers: DOES,
      run: ({ client, params, body }) =>
        withCall(client, params.call, (call) => calls.transfer(client.organisation, call, body.to)),
    }),
    clientRoute({
      method: 'post',
      path: '/v1/calls/{call}/move',
      name: 'move',
      summary:
        'Rings another device of one’s own, and goes on there; the other side notices nothing',
      who: 'calls:write',
      takes: 'Move',
      answers: RINGS,
      run: ({ client, params, body }) =>
        withCall(client, params.call, (call) =>
          calls.move({ organisation: client.organisation, user: call.user, ...body }, call),
        ),
    }),
    clientRoute({
      method: 'post',
      path: '/v1/calls/{call}/park',
      name: 'park',
      summary: 'Lets the other side wait where any colleague may take the call',
      who: 'calls:write',
      takes: 'Park',
      answers: { 200: { what: 'Where it waits', schema: 'Parked' }, ...REFUSALS },
      run: ({ client, params, body }) =>
        withCall(client, params.call, (call) => calls.park(client.organisation, call, body.slot)),
    }),
    clientRoute({
      method: 'get',
      path: '/v1/parked',
      name: 'parked',
      summary: 'The slots in which calls wait',
      who: 'lines:read',
      answers: { 200: { what: 'Those taken', schema: 'ParkedCalls' } },
      run: async ({ client }) => {
        const slots = await calls.parked(client.organisation);
        if (slots === undefined) return refusal('freeswitch-away');
        return { status: 200, body: { parked: slots.map((slot) => ({ slot })) } };
      },
    }),
    clientRoute({
      method: 'post',
      path: '/v1/parked/{slot}/pickup',
      name: 'unpark',
      summary: 'Takes a call that waits',
      who: 'calls:write',
      takes: 'PickUp',
      answers: RINGS,
      run: async ({ client, params, body }) => {
        const from = telephonesOf(client, body);
        return 'user' in from ? answer(await calls.unpark(from, params.slot)) : from;
      },
    }),
  ];
}

function answer(result: ControlResult): Reply {
  switch (result.kind) {
    case 'done':
      return { status: 204 };
    case 'ringing':
      return { status: 202, body: { calls: result.legs } };
    case 'parked':
      return { status: 200, body: { slot: result.slot } };
    case 'ended':
      return { status: 200, body: { calls: result.calls } };
    case 'refused':
      return refusal(result.why);
  }
}

const refusal = (why: ControlRefusal): Reply => problem(...PROBLEMS[why]);

const PROBLEMS: Readonly<Record<ControlRefusal, Parameters<typeof problem>>> = {
  'bad-number': [400, 'bad-number', 'that is no number that can be dialled'],
  emergency: [409, 'emergency', 'a call is not transferred there: dial it'],
  'freeswitch-away': [503, 'freeswitch-away', 'FreeSWITCH cannot be asked now'],
  'lot-full': [409, 'lot-full', 'every slot is taken'],
  'no-device': [404, 'no-device', 'the person has no such telephone'],
  'not-allowed': [403, 'not-allowed', 'the person may not call that number'],
  'no-trunk': [409, 'no-trunk', 'the organisation has no trunk to the outside'],
  'nobody-there': [409, 'nobody-there', 'there is nobody on the other side'],
  'not-registered': [409, 'not-registered', 'no such telephone of theirs is registered'],
  'nothing-rings': [409, 'nothing-rings', 'nothing rings there now'],
  'slot-empty': [404, 'slot-empty', 'no call waits there'],
  'slot-taken': [409, 'slot-taken', 'another call waits there'],
  'unknown-call': [404, 'unknown-call', 'there is no such call, or no more'],
  'unknown-number': [404, 'unknown-number', 'nobody has that number'],
  'wrong-state': [409, 'wrong-state', 'the call is not in a state for that'],
};

const UNKNOWN_EXTENSION = problem(404, 'unknown-extension', 'nobody has that extension');

const NOT_YOURS = problem(403, 'not-yours', 'a person ends their own calls only');

const REFUSALS: Readonly<Record<number, Answer>> = {
  404: { what: 'No such person, call, slot, device or number', schema: 'Problem' },
  409: { what: 'It cannot be done as things stand', schema: 'Problem' },
};

const RINGS = { 202: { what: 'Telephones ring', schema: 'Ringing' } as const, ...REFUSALS };

const DOES = { 204: { what: 'Done; the line’s next event shows it' }, ...REFUSALS };
