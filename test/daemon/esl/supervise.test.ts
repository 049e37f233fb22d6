import { EventEmitter, once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { backoff, PACE } from '../../../daemon/esl/backoff.ts';
import { readRows } from '../../../daemon/esl/snapshot.ts';
import { superviseEsl, type SupervisorOptions } from '../../../daemon/esl/supervise.ts';
import { eventually } from '../../support/eventually.ts';
import {
  jsonEvent,
  startFakeFreeSwitch,
  type FakeFreeSwitch,
} from '../../support/fake-freeswitch.ts';

const silence = Buffer.alloc(0);
const at = { 'Event-Date-Timestamp': '1774774800000000' };
const quick = { ...PACE, firstMs: 10, ceilingMs: 20, refusedMs: 10, pingMs: 10_000 };

/** A supervisor that tells, one after the other, what it says and does. */
function supervised(t: Test, port: number, options: Partial<SupervisorOptions> = {}) {
  const said: string[] = [];
  const waits: number[] = [];
  const changed = new EventEmitter();
  const say = (what: string) => {
    said.push(what);
    changed.emit('said');
  };
  const log = (level: string) => (facts: object, message: string) => {
    const link = 'link' in facts ? `${String(facts.link)}: ` : '';
    say(`${level} ${link}${message}`);
  };
  const esl = superviseEsl({
    host: '127.0.0.1',
    port,
    password: 'office',
    log: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
    onEvent: (event) => {
      say(`event ${event.kind}`);
    },
    onSnapshot: ({ coreUuid, restarted, legs, bridges }) => {
      const core = restarted ? `${coreUuid} (restarted)` : coreUuid;
      const states = legs.map(
        ({ leg, state, markers }) => `${leg} ${state} ${markers['leg'] ?? ''}`,
      );
      say(`snapshot ${[core, ...states, ...bridges.map(({ a, b }) => `${a}-${b}`)].join(', ')}`);
    },
    pace: quick,
    random: () => 0.5,
    wait: async (ms) => {
      waits.push(ms);
      await setImmediate();
    },
    ...options,
  });
  t.teardown(() => esl.stop());
  /** Waits until something was said so many times; tap's timeout is the deadline. */
  const until = async (what: string, times = 1) => {
    const enough = () => said.filter((each) => each.includes(what)).length >= times;
    while (!enough()) await once(changed, 'said');
  };
  const up = async (times = 1) => {
    await until('info control: ', times);
    await until('info events: ', times);
  };
  return { esl, said, waits, until, up };
}

async function freeswitch(t: Test, options: Parameters<typeof startFakeFreeSwitch>[0] = {}) {
  const fake = await startFakeFreeSwitch(options);
  t.teardown(() => fake.stop());
  return fake;
}

t.test('it subscribes, then takes the snapshot, then tells what came meanwhile', async (t) => {
  const answers: Readonly<Record<string, string>> = {
    'api show channels as json': JSON.stringify({
      row_count: 5,
      rows: ['a1', 'b1', 'c1', 'd1', 'gone', 'x y'].map((uuid) => ({ uuid })),
    }),
    'api show calls as json': '{"row_count":1,"rows":[{"uuid":"a1","b_uuid":"b1"},{"uuid":"c1"}]}',
    'api uuid_dump a1 json': '{"Unique-ID":"a1","Answer-State":"answered","variable_vx_leg":"app"}',
    'api uuid_dump b1 json':
      '{"Unique-ID":"b1","Answer-State":"answered","Channel-Call-State":"HELD"}',
    'api uuid_dump c1 json': '{"Unique-ID":"c1","Answer-State":"early"}',
    'api uuid_dump d1 json': '{"Unique-ID":"d1","Answer-State":"ringing"}',
    'api uuid_dump gone json': '-ERR No such channel!\n',
  };
  const fake: FakeFreeSwitch = await freeswitch(t, {
    answer: (command) => {
      if (command === 'api show calls as json') fake.emit({ ...at, 'Event-Name': 'SHUTDOWN' });
      return answers[command];
    },
  });
  const { esl, said, until, up } = supervised(t, fake.port);
  await up();
  await until('event shutdown');
  fake.emit({ ...at, 'Event-Name': 'HEARTBEAT' });
  await until('event heartbeat');
  t.strictSame(
    said.filter((each) => !each.startsWith('info')),
    [
      'snapshot core-1, a1 answered app, b1 held , c1 ringing , d1 started , a1-b1',
      'event shutdown',
      'event heartbeat',
    ],
  );
  t.ok(
    fake.received.some((each) => each.startsWith('event json BACKGROUND_JOB CHANNEL_CALLSTATE')),
  );
  t.strictSame(esl.state(), { control: 'up', events: 'up' });
  t.equal(await esl.control()?.api('uptime'), '+OK');
  t.equal(fake.open, 2);
  await esl.stop();
  t.equal(esl.control(), undefined);
});

t.test('a cut is told once, and mended with a new snapshot', async (t) => {
  const fake = await freeswitch(t);
  const { said, until, up } = supervised(t, fake.port);
  await up();
  fake.crash();
  await up(2);
  await until('snapshot core-1', 2);
  t.equal(said.filter((each) => each === 'warn events: freeswitch is out of reach').length, 1);
  t.notMatch(said.join(), 'restarted');
});

t.test('garbage is mended the same way', async (t) => {
  const fake = await freeswitch(t);
  const { up, until } = supervised(t, fake.port);
  await up();
  fake.write('nonsense without end\n\n');
  await until('warn control: freeswitch is out of reach');
  await up(2);
});

t.test('a restarted FreeSWITCH is known by its new core', async (t) => {
  const first = await freeswitch(t);
  const { until, up, esl } = supervised(t, first.port);
  await up();
  await first.stop();
  await until('out of reach', 2);
  t.strictSame(esl.state(), { control: 'down', events: 'down' });
  await freeswitch(t, { port: first.port, coreUuid: 'core-2' });
  await until('warn freeswitch has restarted');
  await until('snapshot core-2 (restarted)');
});

t.test('absent, it is tried with growing pauses, and found', async (t) => {
  const gone = await freeswitch(t);
  await gone.stop();
  const pace = { ...quick, firstMs: 200, ceilingMs: 5_000 };
  const { said, waits, up } = supervised(t, gone.port, { pace });
  while (waits.length < 16) await setImmediate();
  t.strictSame([...new Set(waits.slice(0, 16))], [100, 200, 400, 800, 1_600, 2_500]);
  await freeswitch(t, { port: gone.port });
  await up();
  t.equal(said.filter((each) => each.includes('control: freeswitch is out of reach')).length, 1);
});

t.test(
  'a wrong password is one error that says what to do, retried slowly until mended',
  async (t) => {
    const wrong = await freeswitch(t, { password: 'other' });
    const { esl, said, waits, until, up } = supervised(t, wrong.port);
    await until('refuse', 2);
    while (waits.length < 6) await setImmediate();
    t.strictSame(new Set(waits), new Set([quick.refusedMs]));
    t.strictSame(esl.state(), { control: 'refused', events: 'refused' });
    const errors = said.filter((each) => each.startsWith('error'));
    t.match(errors, [/refuses the event socket password: make it equal/]);
    t.equal(errors.length, 1);
    await wrong.stop();
    await freeswitch(t, { port: wrong.port });
    await up();
  },
);

t.test('a refused address says so', async (t) => {
  const fake = await freeswitch(t, { greeting: 'rude rejection' });
  const { until } = supervised(t, fake.port);
  await until('freeswitch refuses our address: allow it in apply-inbound-acl');
});

t.test('a FreeSWITCH that hangs is left and tried again', async (t) => {
  let hangs = true;
  const fake = await freeswitch(t, {
    answer: (command) => (hangs && command === 'api uptime' ? silence : undefined),
  });
  const { up, until } = supervised(t, fake.port, { pace: { ...quick, pingMs: 500 } });
  await until('warn freeswitch does not answer', 2);
  hangs = false;
  await up(2);
});

t.test('a refused ping is an answer', async (t) => {
  let pings = 0;
  const fake = await freeswitch(t, {
    answer: (command) => {
      if (command !== 'api uptime') return undefined;
      pings += 1;
      return '-ERR no such command';
    },
  });
  const { said, up } = supervised(t, fake.port, { pace: { ...quick, pingMs: 500 } });
  await up();
  while (pings < 6) await setImmediate();
  t.notMatch(said.join(), 'does not answer');
});

t.test('a snapshot that cannot be read is a failed attempt', async (t) => {
  let broken = true;
  const fake = await freeswitch(t, {
    answer: (command) => (broken && command.includes('show') ? 'no json' : undefined),
  });
  const { said, until } = supervised(t, fake.port);
  await until('warn events: freeswitch is out of reach');
  t.notMatch(said.join(), 'snapshot');
  broken = false;
  await until('snapshot core-1');
});

t.test(
  'FreeSWITCH that is absent, and then there but lacks a command, is told apart',
  async (t) => {
    const gone = await startFakeFreeSwitch();
    await gone.stop();
    const { until, said } = supervised(t, gone.port);
    await until('warn events: freeswitch is out of reach');
    const freeswitch = await startFakeFreeSwitch({
      port: gone.port,
      answer: (command) =>
        command.startsWith('api show') ? '-ERR show Command not found!\n' : undefined,
    });
    t.teardown(() => freeswitch.stop());
    await until('warn events: freeswitch is out of reach', 2);
    t.notOk(said.includes('info events: freeswitch is connected'));
  },
);

t.test('what is not for us is a line at debug, and stopping ends everything', async (t) => {
  const fake = await freeswitch(t);
  const { esl, said, until, up } = supervised(t, fake.port);
  await up();
  fake.write(jsonEvent({ ...at, 'Event-Name': 'DTMF' }));
  await until('debug event ignored');
  await esl.stop();
  while (fake.open > 0) await setImmediate();
  const before = said.length;
  await esl.stop();
  t.equal(said.length, before);
});

t.test('stopping cuts a long pause short', async (t) => {
  const gone = await freeswitch(t);
  await gone.stop();
  const { esl, until } = supervised(t, gone.port, {
    pace: { ...quick, firstMs: 60_000, ceilingMs: 60_000 },
    wait: undefined,
  });
  await until('out of reach', 2);
  await esl.stop();
  t.strictSame(esl.state(), { control: 'down', events: 'down' });
});

t.test('the pauses double up to a ceiling, with full jitter', async (t) => {
  t.strictSame(
    [0, 1, 2, 3, 4, 5, 50].map((failed) => backoff(failed, PACE, 1)),
    [200, 400, 800, 1_500, 1_500, 1_500, 1_500],
  );
  t.equal(backoff(3, PACE, 0), 0);
});

t.test('an empty table has no rows, and what is no table is refused', async (t) => {
  t.strictSame(readRows('{"row_count":0}'), []);
  t.strictSame(readRows('{"row_count":1,"rows":[{"uuid":"a1"},5]}'), [{ uuid: 'a1' }]);
  for (const json of ['', '[]', 'null', '{}', '{"row_count":1,"rows":5}']) {
    t.throws(() => readRows(json), { code: 'ESL_COMMAND_FAILED' });
  }
});

t.test('a nudge goes to the link that hears, and nowhere while there is none', async (t) => {
  const fake = await freeswitch(t);
  const { esl, up } = supervised(t, fake.port);
  esl.nudge();
  await up();
  const before = fake.reads.length;
  esl.nudge();
  await eventually('the line break', () => fake.reads.slice(before).includes('\n'));
  await esl.stop();
  esl.nudge();
});
