import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { encodeCommand } from '../../../daemon/esl/command.ts';
import { connectEsl, type EslOptions } from '../../../daemon/esl/connection.ts';
import { frameReader } from '../../../daemon/esl/frames.ts';
import { parseEventJson, type EslHeaders } from '../../../daemon/esl/headers.ts';
import { decodePercent } from '../../../daemon/esl/text.ts';
import { eventually } from '../../support/eventually.ts';
import {
  apiResponse,
  commandReply,
  eventBytes,
  jsonEvent,
  startFakeFreeSwitch,
  type FakeOptions,
} from '../../support/fake-freeswitch.ts';

const silence = Buffer.alloc(0);

/** A fake FreeSWITCH and a connection to it; both end with the test. */
async function connected(t: Test, fake: FakeOptions = {}, options: Partial<EslOptions> = {}) {
  const freeswitch = await startFakeFreeSwitch(fake);
  t.teardown(() => freeswitch.stop());
  const heard: EslHeaders[] = [];
  let wake: () => void = () => undefined;
  const esl = await connectEsl({
    host: '127.0.0.1',
    port: freeswitch.port,
    password: 'office',
    events: ['CHANNEL_ANSWER', 'CUSTOM', 'sofia::register'],
    onEvent: (event) => {
      heard.push(event);
      wake();
    },
    ...options,
  });
  t.teardown(() => {
    esl.close();
  });
  /** Waits until so many events have come; tap's own timeout is the deadline. */
  const events = async (count: number) => {
    while (heard.length < count) await new Promise<void>((resolve) => (wake = resolve));
    return heard;
  };
  return { freeswitch, esl, heard, events };
}

// The traps of modesl 1.2.1, in the order of docs/esl-notes.md.

t.test('1: a failed execute does not shift the replies of later commands', async (t) => {
  const { esl } = await connected(t, {
    answer: (command) => {
      if (command.startsWith('sendmsg')) return '-ERR invalid session id [a1]';
      return command.startsWith('filter') ? '+OK filter added' : undefined;
    },
  });
  const execute = esl.send('sendmsg a1', {
    'call-command': 'execute',
    'execute-app-name': 'answer',
  });
  const filter = esl.send('filter Unique-ID a1');
  await t.rejects(execute, {
    code: 'ESL_COMMAND_FAILED',
    message: '-ERR invalid session id [a1]',
    context: { command: 'sendmsg' },
  });
  t.equal(await filter, '+OK filter added');
});

t.test('2: a job that never ends is given up, and its late result goes to nobody', async (t) => {
  const { freeswitch, esl, events } = await connected(t, {
    answer: (command) =>
      command.includes('conference') ? Buffer.from(commandReply('+OK Job-UUID: x')) : undefined,
  });
  await t.rejects(esl.bgapi('conference office dial 100', 20), { code: 'ESL_TIMEOUT' });
  const id = /Job-UUID: (.*)/.exec(freeswitch.received.at(-1) ?? '')?.[1];
  freeswitch.emit({ 'Event-Name': 'BACKGROUND_JOB', 'Job-UUID': id, _body: '+OK too late' });
  t.match(await events(1), [{ 'Event-Name': 'BACKGROUND_JOB', _body: '+OK too late' }]);
  t.equal(await esl.bgapi('uptime'), '+OK');
});

t.test('3: an api refused by a command/reply does not shift later answers', async (t) => {
  const { esl } = await connected(t, {
    answer: (command) => {
      if (command === 'api shutdown') return Buffer.from(commandReply('-ERR permission denied'));
      return command === 'api uptime' ? '12' : undefined;
    },
  });
  const refused = esl.api('shutdown');
  const uptime = esl.api('uptime');
  const sent = esl.send('noevents');
  await t.rejects(refused, { code: 'ESL_COMMAND_FAILED', message: '-ERR permission denied' });
  t.equal(await uptime, '12');
  t.equal(await sent, '+OK');
});

t.test('4: Latin-1 in a header or an event is read as Latin-1, and never throws', async (t) => {
  const replies = [
    Buffer.from('Content-Type: command/reply\nReply-Text: +OK %C5sa 100%\n\n'),
    Buffer.from('Content-Type: command/reply\nReply-Text: +OK \xc5sa %zz\n\n', 'latin1'),
    Buffer.from('Content-Type: command/reply\nReply-Text: +OK Åsa %C3%85sa\n\n'),
  ];
  const { freeswitch, esl, events } = await connected(t, {
    answer: (command) => (command === 'getvar name' ? replies.shift() : undefined),
  });
  t.equal(await esl.send('getvar name'), '+OK Åsa 100%');
  t.equal(await esl.send('getvar name'), '+OK Åsa %zz');
  t.equal(await esl.send('getvar name'), '+OK Åsa Åsa');
  freeswitch.write(
    eventBytes(
      Buffer.concat([
        Buffer.from('{"Event-Name":"CHANNEL_ANSWER","Caller-Caller-ID-Name":"'),
        Buffer.from('Åsa', 'latin1'),
        Buffer.from('","Caller-Callee-ID-Name":"Björn Ek"}'),
      ]),
    ),
  );
  t.match(await events(1), [
    { 'Caller-Caller-ID-Name': 'Åsa', 'Caller-Callee-ID-Name': 'Björn Ek' },
  ]);
});

t.test('5: a reset ends the connection and every command under way', async (t) => {
  const { freeswitch, esl } = await connected(t, {
    answer: (command) => (command.includes('slow') ? silence : undefined),
  });
  const pending = [esl.api('slow'), esl.send('slow'), esl.bgapi('slow')];
  freeswitch.crash();
  for (const each of pending) await t.rejects(each, { code: 'ESL_DISCONNECTED' });
  t.match(await esl.ended, { code: 'ESL_DISCONNECTED', context: { port: freeswitch.port } });
});

t.test('5: a half close ends it as well, and so does a goodbye', async (t) => {
  const half = await connected(t);
  half.freeswitch.halfClose();
  t.match(await half.esl.ended, { message: 'FreeSWITCH closed the connection' });
  const notice = await connected(t);
  notice.freeswitch.write('Content-Type: text/disconnect-notice\nContent-Length: 5\n\nbye.\n');
  t.match(await notice.esl.ended, { message: 'FreeSWITCH said goodbye: bye.' });
});

t.test('6: a reset with nobody listening for errors does not end the process', async (t) => {
  const { freeswitch, esl } = await connected(t);
  freeswitch.crash();
  t.match(await esl.ended, { cause: { code: 'ECONNRESET' } });
});

t.test('7: a command after the end is refused at once', async (t) => {
  const { freeswitch, esl } = await connected(t);
  esl.close();
  esl.close();
  t.match(await esl.ended, { code: 'ESL_DISCONNECTED', message: 'we closed the connection' });
  const before = freeswitch.received.length;
  await t.rejects(esl.api('uptime'), { code: 'ESL_DISCONNECTED' });
  await t.rejects(esl.bgapi('uptime'), { code: 'ESL_DISCONNECTED' });
  t.equal(freeswitch.received.length, before);
});

t.test('8: a command is one write, so that it is not held back for 40 ms', async (t) => {
  const { freeswitch, esl } = await connected(t);
  await esl.send('sendevent PRESENCE_IN', { proto: 'vaxel', login: '100@anka.example' });
  t.equal(
    freeswitch.reads.at(-1),
    'sendevent PRESENCE_IN\nproto: vaxel\nlogin: 100@anka.example\n\n',
  );
});

t.test('9: an event of five thousand headers is read whole', async (t) => {
  const { freeswitch, events } = await connected(t);
  const wide = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`variable_${i}`, 'x']));
  freeswitch.emit({ 'Event-Name': 'CHANNEL_ANSWER', ...wide });
  const [event = {}] = await events(1);
  t.equal(Object.keys(event).length, 5_001);
  t.equal(event['variable_4999'], 'x');
});

t.test('10: CUSTOM events keep their subclass', async (t) => {
  const { freeswitch, events } = await connected(t);
  freeswitch.emit({ 'Event-Name': 'CUSTOM', 'Event-Subclass': 'sofia::register' });
  t.strictSame(await events(1), [{ 'Event-Name': 'CUSTOM', 'Event-Subclass': 'sofia::register' }]);
});

t.test('11: the subscription is one command, and made anew on every connection', async (t) => {
  const { freeswitch } = await connected(t);
  t.strictSame(freeswitch.received, [
    'event json BACKGROUND_JOB CHANNEL_ANSWER CUSTOM sofia::register',
  ]);
});

t.test('12: a job costs one command, and no filters', async (t) => {
  const { freeswitch, esl, heard } = await connected(t);
  t.equal(await esl.bgapi('uptime'), '+OK');
  t.match(freeswitch.received.slice(1), [/^bgapi uptime\nJob-UUID: [0-9a-f-]{36}$/]);
  freeswitch.emit({ 'Event-Name': 'BACKGROUND_JOB', 'Job-UUID': 'of another', _body: '' });
  t.equal(await esl.bgapi('version short'), '1.10.12');
  t.match(heard, [{ 'Job-UUID': 'of another' }]);
  t.equal(heard.length, 1);
});

t.test('13: an answer that holds -ERR further in is an answer', async (t) => {
  const rows = '{"row_count":1,"rows":[{"cid_name":"-ERR"}]}';
  const { esl } = await connected(t, { answer: (c) => (c.includes('show') ? rows : undefined) });
  t.equal(await esl.api('show channels as json'), rows);
  t.equal(await esl.bgapi('show channels as json'), rows);
});

t.test('14: a wrong password, a refused address and an absent server are told apart', async (t) => {
  await t.rejects(connected(t, { password: 'other' }), { code: 'ESL_AUTH_REFUSED' });
  await t.rejects(connected(t, { greeting: 'rude rejection' }), { code: 'ESL_ADDRESS_REFUSED' });
  const gone = await startFakeFreeSwitch();
  await gone.stop();
  await t.rejects(connectEsl({ host: '127.0.0.1', port: gone.port, password: 'office' }), {
    code: 'ESL_DISCONNECTED',
    cause: { code: 'ECONNREFUSED' },
  });
});

t.test('14: the password is in no error', async (t) => {
  const refused = connected(t, { password: 'other' }, { password: 'hemligt' });
  const error = await refused.then(
    () => t.fail('it was accepted'),
    (error: unknown) => error,
  );
  t.notMatch(JSON.stringify(error, Object.getOwnPropertyNames(error)), 'hemligt');
  const broken = connected(t, {}, { password: 'hem\n\nligt' });
  await t.rejects(broken, { message: 'a line break in the line of an ESL command' });
});

t.test('15: what could begin a command of its own is a bug, and nothing is sent', async (t) => {
  const { freeswitch, esl } = await connected(t);
  for (const sign of ['\n', '\r', '\0']) {
    await t.rejects(esl.api(`uptime${sign}`), /line break/);
    await t.rejects(esl.bgapi(`uptime${sign}`), /line break/);
    await t.rejects(esl.send('sendmsg a1', { name: `Åsa${sign}` }), /header name/);
    await t.rejects(esl.send('sendmsg a1', { [`a${sign}b`]: 'x' }), /not an ESL header/);
  }
  await t.rejects(esl.send('sendevent X', { 'content-Length': '5' }), /not an ESL header/);
  await t.rejects(esl.send(''), /begins with its name/);
  await t.rejects(esl.send(' uptime'), /begins with its name/);
  t.equal(freeswitch.received.length, 1);
  t.equal(await esl.api('uptime'), '+OK');
});

t.test('15: whatever is encoded is one command with its headers', async () => {
  fc.assert(
    fc.property(fc.string(), fc.dictionary(fc.string(), fc.string()), (line, headers) => {
      let text;
      try {
        text = encodeCommand(line, headers);
      } catch {
        return true;
      }
      const lines = text.split('\n');
      return text.endsWith('\n\n') && lines.length === Object.keys(headers).length + 3;
    }),
  );
});

t.test('16: a thousand messages in one read are a thousand messages', async (t) => {
  const { freeswitch, events } = await connected(t);
  const many = Array.from({ length: 1_000 }, (_, i) => jsonEvent({ 'Unique-ID': `å${i}` }));
  freeswitch.write(Buffer.concat(many));
  const heard = await events(1_000);
  t.strictSame(
    heard.map((event) => event['Unique-ID']),
    many.map((_, i) => `å${i}`),
  );
});

t.test('17: a usage text is a refusal', async (t) => {
  const { esl } = await connected(t, { answer: () => '-USAGE: <uuid> <dest>\n' }, {}).catch(
    (error: unknown) => ({ esl: error }),
  );
  t.match(esl, { code: 'ESL_COMMAND_FAILED', message: '-USAGE: <uuid> <dest>' });
  const later = await connected(t, {
    answer: (command) => (command.includes('uuid') ? '-USAGE: <uuid> <dest>\n' : undefined),
  });
  await t.rejects(later.esl.api('uuid_transfer a1 100'), {
    code: 'ESL_COMMAND_FAILED',
    message: '-USAGE: <uuid> <dest>',
    context: { command: 'api uuid_transfer' },
  });
  await t.rejects(later.esl.bgapi('uuid_kill'), { code: 'ESL_COMMAND_FAILED' });
});

t.test('ok: a length counts bytes, so that Åsa is not cut short', async (t) => {
  const { freeswitch, esl, events } = await connected(t, {
    byteByByte: true,
    answer: (command) => (command.startsWith('api') ? 'Åsa Öberg' : undefined),
  });
  freeswitch.emit({ 'Event-Name': 'CHANNEL_ANSWER', name: 'Björn Ek', other: 'x' });
  freeswitch.emit({ 'Event-Name': 'CHANNEL_ANSWER', name: 'Åsa' });
  t.match(await events(2), [{ name: 'Björn Ek', other: 'x' }, { name: 'Åsa' }]);
  t.equal(await esl.api('uuid_getvar name'), 'Åsa Öberg');
});

// What ours adds.

t.test('a command that got no answer in time keeps its place', async (t) => {
  const { freeswitch, esl } = await connected(
    t,
    { answer: (command) => (command.startsWith('api ') ? silence : undefined) },
    {},
  );
  await t.rejects(esl.api('first', 10), { code: 'ESL_TIMEOUT', context: { command: 'api first' } });
  const second = esl.api('second');
  freeswitch.write(apiResponse('the first, late'));
  freeswitch.write(apiResponse('the second'));
  t.equal(await second, 'the second');
});

t.test('a FreeSWITCH that answers nothing for long is given up', async (t) => {
  const { esl } = await connected(
    t,
    { answer: (command) => (command.startsWith('api ') ? silence : undefined) },
    { stuckAfterMs: 1_000 },
  );
  await t.rejects(esl.api('uptime', 10), { code: 'ESL_TIMEOUT' });
  t.match(await esl.ended, { message: 'FreeSWITCH has stopped answering' });
});

t.test('a server that accepts and says nothing is a timeout', async (t) => {
  const mute = connected(t, { greeting: 'silence' }, { answerWithinMs: 20 });
  await t.rejects(mute, { code: 'ESL_TIMEOUT', context: { command: 'connect' } });
});

t.test('what is no ESL ends the connection, and what came before it is kept', async (t) => {
  const garbage = {
    'HTTP/1.1 400 Bad Request\r\n\r\n\n\n': 'FreeSWITCH sent what cannot be read',
    'Content-Length: 99999999999\nContent-Type: api/response\n\n':
      'FreeSWITCH sent what cannot be read',
    'Content-Length: 20000000\n\n': 'FreeSWITCH sent what cannot be read',
    'Content-Length: -5\n\n': 'FreeSWITCH sent what cannot be read',
    'Content-Length: 4\nContent-Type: text/event-json\n\n{{{{':
      'FreeSWITCH sent an event that cannot be read',
    'Content-Length: 4\nContent-Type: text/event-json\n\n[{}]':
      'FreeSWITCH sent an event that cannot be read',
    'Content-Type: command/reply\nReply-Text: +OK\n\n': 'FreeSWITCH answered what was not asked',
    'Reply-Text: +OK\n\n': 'FreeSWITCH sent a message without Content-Type',
    ['x'.repeat(70_000)]: 'FreeSWITCH sent',
    ['\n'.repeat(60_000)]: 'FreeSWITCH sent',
  };
  for (const [bytes, message] of Object.entries(garbage)) {
    const { freeswitch, esl, heard } = await connected(t);
    const event = jsonEvent({ 'Event-Name': 'CHANNEL_ANSWER' });
    freeswitch.write(Buffer.concat([event, Buffer.from(bytes), event]));
    const why = await esl.ended;
    t.equal(why.code, 'ESL_DISCONNECTED', bytes.slice(0, 30));
    t.ok(why.message.startsWith(message), why.message);
    t.equal(heard.length, 1, 'only the event before it');
  }
});

t.test('messages of other kinds are passed over', async (t) => {
  const { freeswitch, esl } = await connected(t);
  freeswitch.write('Content-Type: log/data\nContent-Length: 3\n\nabc');
  t.equal(await esl.api('uptime'), '+OK');
});

t.test('a repeated header, a number and nothing are text', async (t) => {
  const json = '{"application":["set a=1","bridge b"],"Content-Length":12,"gone":null}';
  t.strictSame(parseEventJson(Buffer.from(json)), {
    application: 'ARRAY::set a=1|:bridge b',
    'Content-Length': '12',
    gone: 'null',
  });
});

t.test('however the stream is cut, the messages are the same', async (t) => {
  const stream = Buffer.concat([
    Buffer.from('Content-Type: auth/request\n\n'),
    Buffer.from(commandReply('+OK %C3%85sa')),
    jsonEvent({ 'Event-Name': 'CHANNEL_ANSWER', name: 'Björn Ek 🎉' }),
    apiResponse('Åsa\n\nContent-Length: 3\n\n'),
    apiResponse(''),
    jsonEvent({ 'Event-Name': 'HEARTBEAT' }),
  ]);
  const whole = frameReader()(stream);
  t.equal(whole.frames.length, 6);
  t.equal(whole.broken, undefined);
  const cuts = fc.array(fc.nat(stream.length), { maxLength: 12 });
  fc.assert(
    fc.property(cuts, (at) => {
      const read = frameReader();
      const edges = [0, ...at.sort((a, b) => a - b), stream.length];
      const frames = edges.slice(1).flatMap((end, i) => {
        const chunk = stream.subarray(edges[i], end);
        return chunk.length === 0 ? [] : [...read(chunk).frames];
      });
      return JSON.stringify(frames) === JSON.stringify(whole.frames);
    }),
    { numRuns: 100 },
  );
});

t.test('any bytes give messages or an end, never a throw', async () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      const { frames } = frameReader()(Buffer.from(bytes));
      return Array.isArray(frames);
    }),
  );
  fc.assert(fc.property(fc.string(), (text) => typeof decodePercent(text) === 'string'));
});

t.test('percent-encoding is undone where there is any', async () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      return decodePercent(encodeURIComponent(text)) === text;
    }),
  );
});

t.test('somebody else on the port who hangs up is a disconnect', async (t) => {
  const other = createServer((socket) => socket.resume().end('SSH-2.0-other\r\n')).listen(
    0,
    '127.0.0.1',
  );
  await once(other, 'listening');
  t.teardown(() => other.close());
  const { port } = other.address() as AddressInfo;
  await t.rejects(connectEsl({ host: '127.0.0.1', port, password: 'office' }), {
    code: 'ESL_DISCONNECTED',
  });
});

t.test('a nudge wakes FreeSWITCH, and is no command', async (t) => {
  const { freeswitch, esl } = await connected(t);
  const before = { received: freeswitch.received.length, reads: freeswitch.reads.length };
  esl.nudge();
  await eventually('the line break', () => freeswitch.reads.length > before.reads);
  t.same(freeswitch.reads.slice(before.reads), ['\n']);
  esl.nudge();
  t.equal(await esl.api('version short'), '1.10.12', 'the answer is that of the command');
  t.same(freeswitch.received.slice(before.received), ['api version short']);
  esl.close();
  esl.nudge();
  await esl.ended;
});
