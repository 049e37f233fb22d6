import { setImmediate } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { openLog } from '../../common/log.ts';
import { epochMs } from '../../common/time.ts';
import type { CallId, LegEvent, LegFacts, LegId } from '../../daemon/call/event.ts';
import { connectEsl } from '../../daemon/esl/connection.ts';
import { createLines } from '../../daemon/lines/lines.ts';
import { ringingCall } from '../../daemon/lines/ringing-call.ts';
import { recountLegs } from '../../daemon/recount-legs.ts';
import { startFakeFreeSwitch } from '../support/fake-freeswitch.ts';
import { anna, bjorn, office } from '../support/office.ts';

const facts = (leg: string, direction: 'in' | 'out', owner?: string): LegFacts => ({
  leg: leg as LegId,
  call: 'a' as CallId,
  at: epochMs(1_000),
  direction,
  from: { name: '', number: '101' },
  dialled: '100',
  startedAt: undefined,
  answeredAt: undefined,
  owner: owner === undefined ? undefined : { user: owner, device: undefined, role: 'phone' },
  markers: {},
});

const caller: LegEvent = { kind: 'leg-started', ...facts('a', 'in', bjorn.id) };
const phone: LegEvent = { kind: 'leg-ringing', media: false, ...facts('b', 'out', anna.id) };
const ended: LegEvent = { kind: 'leg-ended', cause: 'NORMAL_CLEARING', ...facts('a', 'in') };

/** Lines beside a FreeSWITCH that counts `count` legs, lists those of `listed`, and has those of `dumps`. */
async function recount(
  t: Test,
  asked: {
    count: number;
    listed?: readonly string[];
    dumps: Readonly<Record<string, string>>;
    during?: () => void;
  },
) {
  const fake = await startFakeFreeSwitch({
    answer(command) {
      if (command === 'api show channels count') return `\n${asked.count} total.\n`;
      if (command === 'api show channels as json') {
        asked.during?.();
        const rows = asked.listed?.map((uuid) => ({ uuid }));
        if (rows) return JSON.stringify({ row_count: rows.length, rows });
      }
      const [, leg] = /^api uuid_dump (\S+) json$/.exec(command) ?? [];
      return leg && (asked.dumps[leg] ?? '-ERR No such channel!\n');
    },
  });
  t.teardown(() => fake.stop());
  const control = await connectEsl({ host: '127.0.0.1', port: fake.port, password: 'office' });
  t.teardown(() => {
    control.close();
  });
  const lines = createLines(office);
  const log = openLog('test', 'silent');
  let isUp = true;
  const legs = recountLegs({
    ...{ lines, log },
    control: () => (isUp ? control : undefined),
    waited: async () => {
      await setImmediate();
      return true;
    },
  });
  const hear = (event: LegEvent) => {
    legs.note(event);
    lines.note(event);
  };
  const up = (is: boolean) => (isUp = is);
  return { fake, lines, legs, hear, up };
}

const dumped = (leg: string, direction: string) =>
  JSON.stringify({
    'Unique-ID': leg,
    'Channel-Call-UUID': 'a',
    'Call-Direction': direction === 'in' ? 'inbound' : 'outbound',
    'Channel-Call-State': 'RINGING',
    'Event-Date-Timestamp': '1000000',
  });

t.test('a call that begins while legs are counted anew is not forgotten', async (t) => {
  const asked: Parameters<typeof recount>[1] = { count: 1, dumps: {} };
  const { lines, legs, hear } = await recount(t, asked);
  asked.during = () => {
    hear(caller);
    hear(phone);
  };
  await legs.look();
  t.match(ringingCall(lines.current().get(anna.id)), { peer: 'a' }, 'it can be picked up');
  t.equal(lines.current().get(bjorn.id)?.state, 'busy');
});

t.test('a call that ends while legs are counted anew is over', async (t) => {
  const asked: Parameters<typeof recount>[1] = { count: 5, dumps: { a: dumped('a', 'in') } };
  const { lines, legs, hear } = await recount(t, asked);
  hear(caller);
  asked.during = () => {
    hear(ended);
  };
  await legs.look();
  t.strictSame([lines.legs(), lines.current().get(bjorn.id)?.state], [0, 'idle']);
});

t.test('a leg that FreeSWITCH’s list does not have yet is asked about', async (t) => {
  const { fake, lines, legs, hear } = await recount(t, {
    count: 0,
    dumps: { a: dumped('a', 'in') },
  });
  hear(caller);
  hear({ ...caller, leg: 'gone' as LegId });
  await legs.look();
  t.strictSame([...lines.liveLegs()], ['a'], 'the one whose end was lost is found');
  t.ok(fake.received.includes('api uuid_dump gone json'));
});

t.test('where the numbers agree nothing more is asked', async (t) => {
  const { fake, legs, hear } = await recount(t, { count: 1, dumps: {} });
  hear(caller);
  await legs.look();
  t.strictSame(fake.received.slice(-1), ['api show channels count']);
});

t.test('a snapshot that was taken before another is out of date', async (t) => {
  const asked: Parameters<typeof recount>[1] = { count: 5, dumps: {} };
  const { lines, legs, hear } = await recount(t, asked);
  let other: Promise<void> | undefined;
  asked.during = () => {
    if (other !== undefined) return;
    other = legs.restarted();
    hear(caller);
  };
  await legs.look();
  await other;
  t.equal(lines.legs(), 1);
});

t.test(
  'a leg so young that the first snapshot lacked it is found, though it says nothing',
  async (t) => {
    const asked: Parameters<typeof recount>[1] = {
      count: 2,
      listed: ['a', 'b'],
      dumps: { a: dumped('a', 'in'), b: dumped('b', 'out') },
    };
    const { fake, lines, legs, hear } = await recount(t, asked);
    await legs.restarted();
    t.strictSame([...lines.liveLegs()], ['a', 'b']);
    const { length } = fake.received;
    await legs.restarted();
    t.equal(fake.received.length, length + 1, 'they are known, and only the list is asked for');
    asked.during = () => {
      hear(ended);
    };
    asked.listed = ['a', 'b', 'c'];
    await legs.restarted();
    t.notOk(lines.isLive('a' as LegId), 'what is heard meanwhile is newer');
  },
);
