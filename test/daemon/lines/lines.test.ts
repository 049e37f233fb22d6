import fc from 'fast-check';
import t from 'tap';
import { epochMs, seconds } from '../../../common/time.ts';
import type { CallId, LegEvent, LegFacts, LegId, LiveLeg } from '../../../daemon/call/event.ts';
import type { Role } from '../../../daemon/call/owner.ts';
import type { Line } from '../../../daemon/lines/line.ts';
import { createLines, type LineKeeper } from '../../../daemon/lines/lines.ts';
import { legsRungFor } from '../../../daemon/lines/ringing-call.ts';
import { anna, bjorn, cecilia, directoryOf, anka, office } from '../../support/office.ts';

type EventOf<Kind extends LegEvent['kind']> = Extract<LegEvent, { kind: Kind }>;

interface Facts {
  readonly call?: string;
  readonly owner?: string;
  readonly role?: Role;
  readonly from?: string;
  readonly dialled?: string;
  readonly at?: number;
}

const factsOf = (leg: string, direction: 'in' | 'out', given: Facts): LegFacts => ({
  leg: leg as LegId,
  call: (given.call ?? leg) as CallId,
  at: epochMs(given.at ?? 1_000),
  direction,
  from: { name: '', number: given.from ?? '' },
  dialled: given.dialled ?? '',
  startedAt: undefined,
  answeredAt: undefined,
  owner:
    given.owner === undefined
      ? undefined
      : { user: given.owner, device: undefined, role: given.role ?? 'phone' },
  markers: {},
});

/** One leg, whose life a test tells. */
function legOf(lines: LineKeeper, id: string, direction: 'in' | 'out', given: Facts) {
  const facts = factsOf(id, direction, given);
  const tell = (kind: 'leg-started' | 'leg-answered' | 'leg-held' | 'leg-resumed', at?: number) => {
    lines.note({ kind, ...facts, ...(at !== undefined && { at: epochMs(at) }) });
  };
  return {
    starts: () => {
      tell('leg-started');
    },
    rings: () => {
      lines.note({ kind: 'leg-ringing', media: false, ...facts });
    },
    answers: (at?: number) => {
      tell('leg-answered', at);
    },
    holds: (at?: number) => {
      tell('leg-held', at);
    },
    resumes: (at?: number) => {
      tell('leg-resumed', at);
    },
    hears: (other: string) => {
      lines.note({ kind: 'leg-bridged', with: other as LegId, ...facts });
    },
    ends: () => {
      lines.note({ kind: 'leg-ended', cause: 'NORMAL_CLEARING', ...facts });
    },
  };
}

const stateOf = (lines: LineKeeper, user: { readonly id: string }) => {
  const line = lines.current().get(user.id);
  return line === undefined ? 'gone' : [line.state, line.direction ?? ''].join(' ').trim();
};

/** Björn calls Anna: his leg, and one to each of her phones. */
function callToAnna(lines: LineKeeper) {
  const caller = legOf(lines, 'a', 'in', { owner: bjorn.id, from: '101', dialled: '100' });
  const desk = legOf(lines, 'b1', 'out', {
    call: 'a',
    owner: anna.id,
    from: '101',
    dialled: '100-desk',
  });
  const app = legOf(lines, 'b2', 'out', {
    call: 'a',
    owner: anna.id,
    from: '101',
    dialled: '100-app',
  });
  caller.starts();
  desk.rings();
  app.rings();
  return { caller, desk, app };
}

t.test(
  'a call that rings at several people has the legs of all, and of no other call',
  async (t) => {
    const lines = createLines(office);
    const team = { call: 'a', from: '101', dialled: '200' };
    legOf(lines, 'a', 'in', { owner: bjorn.id, ...team }).starts();
    legOf(lines, 'b', 'out', { owner: anna.id, ...team }).rings();
    legOf(lines, 'c1', 'out', { owner: cecilia.id, ...team }).rings();
    legOf(lines, 'c2', 'out', { owner: cecilia.id, ...team }).starts();
    legOf(lines, 'x', 'in', { from: '+46701111111' }).starts();
    legOf(lines, 'y', 'out', { call: 'x', owner: anna.id }).rings();
    t.same([...legsRungFor('a' as LegId, lines.current())].sort(), ['b', 'c1', 'c2']);
    t.same(legsRungFor('x' as LegId, lines.current()), ['y']);
  },
);

t.test('S013, S014: called, answered, held, over; both directions', async (t) => {
  const lines = createLines(office);
  t.strictSame(stateOf(lines, anna), 'idle');
  const { caller, desk, app } = callToAnna(lines);
  t.strictSame([stateOf(lines, anna), stateOf(lines, bjorn)], ['ringing in', 'busy out']);
  t.equal(lines.current().get(anna.id)?.calls.length, 1, 'one call, on however many phones');
  t.match(lines.current().get(anna.id)?.calls[0], {
    legs: ['b1', 'b2'],
    peer: 'a',
    with: { name: 'Björn Ek', number: '101', user: bjorn.id },
  });
  desk.answers();
  t.strictSame(stateOf(lines, anna), 'busy in', 'though the app still rings');
  app.ends();
  caller.answers();
  caller.hears('b1');
  desk.holds();
  t.strictSame([stateOf(lines, anna), stateOf(lines, bjorn)], ['held in', 'busy out'], 'he waits');
  desk.resumes();
  t.strictSame(stateOf(lines, anna), 'busy in');
  t.match(lines.current().get(bjorn.id)?.calls[0]?.with, { name: 'Anna Berg', number: '100' });
  caller.ends();
  desk.ends();
  t.strictSame([stateOf(lines, anna), stateOf(lines, bjorn)], ['idle', 'idle']);
});

t.test('a phone that was dialled and has not rung makes nobody ring', async (t) => {
  const lines = createLines(office);
  legOf(lines, 'b1', 'out', { call: 'a', owner: anna.id }).starts();
  t.strictSame(stateOf(lines, anna), 'idle');
});

t.test('a phone that has not said yet that it rings is one of those that ring', async (t) => {
  const lines = createLines(office);
  legOf(lines, 'a', 'in', { owner: bjorn.id, dialled: '100' }).starts();
  const late = legOf(lines, 'b1', 'out', { call: 'a', owner: anna.id });
  late.starts();
  legOf(lines, 'b2', 'out', { call: 'a', owner: anna.id }).rings();
  const legs = () =>
    lines
      .current()
      .get(anna.id)
      ?.calls.map((call) => call.legs);
  t.strictSame(legs(), [['b2', 'b1']], 'whoever takes the call tells it, too');
  late.ends();
  t.strictSame(legs(), [['b2']]);
});

t.test('a mobile that answers has not answered until a key was pressed', async (t) => {
  const lines = createLines(office);
  const caller = legOf(lines, 'a', 'in', { from: '+46701234568' });
  const mobile = legOf(lines, 'b', 'out', { call: 'a', owner: anna.id, role: 'confirms' });
  caller.starts();
  mobile.rings();
  mobile.answers();
  t.strictSame(stateOf(lines, anna), 'ringing in');
  caller.hears('b');
  t.strictSame(stateOf(lines, anna), 'busy in');
});

t.test('rung by us to call somebody, one is the caller', async (t) => {
  const lines = createLines(office);
  legOf(lines, 'a', 'out', { owner: anna.id, role: 'calls', dialled: '101' }).rings();
  t.strictSame(stateOf(lines, anna), 'busy out');
});

t.test('talking while another call knocks: busy, and both are there', async (t) => {
  const lines = createLines(office);
  const { desk } = callToAnna(lines);
  desk.answers();
  legOf(lines, 'd', 'out', { call: 'c', owner: anna.id, from: '+46701234568' }).rings();
  const line = lines.current().get(anna.id);
  t.strictSame(
    line?.calls.map(({ state }) => state),
    ['busy', 'ringing', 'ringing'],
  );
  t.match(line?.calls.at(-1)?.with, { number: '+46701234568', user: undefined });
});

t.test('an attended transfer: the two who are left hear each other', async (t) => {
  const lines = createLines(office);
  const { caller, desk, app } = callToAnna(lines);
  app.ends();
  desk.answers();
  caller.answers();
  caller.hears('b1');
  const asking = legOf(lines, 'a2', 'in', { owner: anna.id, dialled: '102' });
  const third = legOf(lines, 'b3', 'out', {
    call: 'a2',
    owner: cecilia.id,
    from: '100',
    dialled: '102',
  });
  desk.holds();
  asking.starts();
  third.rings();
  t.strictSame(stateOf(lines, anna), 'busy out');
  third.answers();
  asking.answers();
  asking.hears('b3');
  asking.ends();
  desk.ends();
  caller.hears('b3');
  t.strictSame(
    [anna, bjorn, cecilia].map((user) => stateOf(lines, user)),
    ['idle', 'busy out', 'busy in'],
  );
  t.match(lines.current().get(cecilia.id)?.calls[0]?.with, { name: 'Björn Ek' });
  t.match(lines.current().get(bjorn.id)?.calls[0]?.with, { name: 'Cecilia Dahl' });
});

t.test('a call picked up with **100 is one that came in', async (t) => {
  const lines = createLines(office);
  const { caller, desk, app } = callToAnna(lines);
  const picker = legOf(lines, 'p', 'in', { owner: cecilia.id, dialled: '**100' });
  picker.starts();
  picker.answers();
  caller.answers();
  picker.hears('a');
  desk.ends();
  app.ends();
  t.strictSame(
    [anna, cecilia].map((user) => stateOf(lines, user)),
    ['idle', 'busy in'],
  );
  t.match(lines.current().get(cecilia.id)?.calls[0]?.with, { name: 'Björn Ek' });
});

t.test('S015, S040: registered, not registered, and only a mobile', async (t) => {
  const lines = createLines(office);
  const reach = () => [anna, bjorn].map(({ id }) => lines.current().get(id)?.reach);
  t.strictSame(reach(), ['unknown', 'unreachable'], 'of a mobile the exchange hears nothing');
  lines.registered(['100-app@anka.example', '101-desk@anka.example']);
  t.strictSame(reach(), ['reachable', 'reachable']);
  const gone = { at: epochMs(5), contact: '', userAgent: '', ip: '', expires: seconds(0) };
  const account = { username: '101-desk', domain: 'anka.example' };
  lines.note({ kind: 'unregistered', why: 'expired', ...account, ...gone });
  t.strictSame(reach(), ['reachable', 'unreachable']);
  lines.note({ kind: 'registered', ...account, ...gone });
  t.strictSame(reach(), ['reachable', 'reachable']);
});

t.test('listeners hear of what changed, once, with a greater version', async (t) => {
  const lines = createLines(office);
  const heard: (readonly [string, Line['state'] | undefined, number | undefined])[] = [];
  const stop = lines.onChange((changed) => {
    for (const { user, line } of changed) heard.push([user, line?.state, line?.version]);
  });
  const { desk } = callToAnna(lines);
  desk.rings();
  t.strictSame(
    heard.map(([user, state]) => `${user} ${state ?? ''}`),
    ['u-101 busy', 'u-100 ringing', 'u-100 ringing'],
    'the second phone adds a leg; told again, nothing changes',
  );
  const versions = heard.map(([, , version]) => version ?? 0);
  t.strictSame(
    versions,
    versions.toSorted((a, b) => a - b),
  );
  heard.length = 0;
  lines.renew(directoryOf({ ...anka, users: new Map([[bjorn.extension, bjorn]]) }));
  t.strictSame(
    heard.map(([user, state]) => [user, state]),
    [
      ['u-100', undefined],
      ['u-102', undefined],
    ],
  );
  stop();
  desk.ends();
  t.equal(heard.length, 2);
});

/** What an exchange has at its end, whatever was heard of it on the way. */
const events = fc.array(
  fc.record({
    leg: fc.constantFrom('a', 'b', 'c', 'd'),
    kind: fc.constantFrom<LegEvent['kind']>(
      ...(['leg-started', 'leg-ringing', 'leg-answered', 'leg-held', 'leg-resumed'] as const),
      ...(['leg-bridged', 'leg-unbridged', 'leg-ended'] as const),
    ),
    with: fc.constantFrom('a', 'b', 'c', 'd'),
    at: fc.nat(1_000),
  }),
);

const OWNERS: Readonly<Record<string, Facts & { readonly direction: 'in' | 'out' }>> = {
  a: { direction: 'in', owner: bjorn.id, dialled: '100' },
  b: { direction: 'out', call: 'a', owner: anna.id, from: '101' },
  c: { direction: 'out', call: 'a', owner: anna.id, role: 'confirms', from: '101' },
  d: { direction: 'in', from: '+46701234568' },
};

function eventOf(one: { leg: string; kind: LegEvent['kind']; with: string; at: number }): LegEvent {
  const { direction = 'in', ...given } = OWNERS[one.leg] ?? {};
  const facts = factsOf(one.leg, direction, { ...given, at: one.at });
  const { kind } = one;
  if (kind === 'leg-bridged' || kind === 'leg-unbridged') {
    return { kind, with: one.with as LegId, ...facts };
  }
  if (kind === 'leg-ended') return { kind, cause: 'other', ...facts };
  if (kind === 'leg-ringing') return { kind, media: false, ...facts };
  return { kind, ...facts } satisfies EventOf<
    'leg-started' | 'leg-answered' | 'leg-held' | 'leg-resumed'
  >;
}

const liveLegs = fc.uniqueArray(
  fc.record({
    leg: fc.constantFrom('a', 'b', 'c', 'd'),
    state: fc.constantFrom<LiveLeg['state']>('started', 'ringing', 'answered', 'held'),
  }),
  { selector: ({ leg }) => leg },
);

const snapshotOf = (legs: readonly { leg: string; state: LiveLeg['state'] }[]) => ({
  legs: legs.map(({ leg, state }): LiveLeg => {
    const { direction = 'in', ...given } = OWNERS[leg] ?? {};
    return { ...factsOf(leg, direction, given), state };
  }),
  bridges: [],
});

const seen = (lines: LineKeeper) =>
  [...lines.current().values()].map(({ user, state, direction }) => [user, state, direction]);

t.test('whatever was lost, repeated or out of order, a snapshot puts it right', async () => {
  fc.assert(
    fc.property(events, liveLegs, (heard, legs) => {
      const [worn, fresh] = [createLines(office), createLines(office)];
      for (const event of heard) worn.note(eventOf(event));
      for (const lines of [worn, fresh]) lines.restart(snapshotOf(legs));
      // Whether a mobile was confirmed is not in a snapshot; what was heard of it before stays known.
      const confirmed = legs.some(({ leg, state }) => leg === 'c' && state === 'answered');
      return confirmed || JSON.stringify(seen(worn)) === JSON.stringify(seen(fresh));
    }),
  );
});

t.test(
  'hearing everything twice, or the end of a leg early, changes nothing at the end',
  async () => {
    fc.assert(
      fc.property(events, (heard) => {
        const [once, twice] = [createLines(office), createLines(office)];
        for (const event of heard) once.note(eventOf(event));
        for (const event of heard) {
          twice.note(eventOf(event));
          twice.note(eventOf(event));
        }
        return JSON.stringify(seen(once)) === JSON.stringify(seen(twice));
      }),
    );
    fc.assert(
      fc.property(events, (heard) => {
        const lines = createLines(office);
        for (const event of heard) lines.note(eventOf(event));
        for (const leg of Object.keys(OWNERS))
          lines.note(eventOf({ leg, kind: 'leg-ended', with: 'a', at: 0 }));
        for (const event of heard) lines.note(eventOf(event));
        return [...lines.current().values()].every(({ state }) => state === 'idle');
      }),
      { numRuns: 200 },
    );
  },
);
