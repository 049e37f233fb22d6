import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import t from 'tap';
import { epochMs } from '../../../common/time.ts';
import { record } from '../../../daemon/tools/recorder.ts';
import { redactor, writeEvent } from '../../../daemon/tools/transcript.ts';
import { startFakeFreeSwitch } from '../../support/fake-freeswitch.ts';
import { parseTranscript } from '../../support/transcript.ts';

t.test('what is written is read back the same', async () => {
  const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,20}$/);
  fc.assert(
    fc.property(fc.array(fc.dictionary(name, fc.string()), { maxLength: 4 }), (events) => {
      const named = events.map((event) => ({ ...event, 'Event-Name': 'HEARTBEAT' }));
      const steps = parseTranscript(`# a comment\n\n${named.map(writeEvent).join('')}`);
      return (
        steps.length === named.length &&
        steps.every((step, i) => {
          const wanted = Object.entries(named[i] ?? {});
          return (
            step.from === 'freeswitch' &&
            Object.keys(step.event).length === wanted.length &&
            wanted.every(([k, v]) => step.event[k] === v)
          );
        })
      );
    }),
  );
});

t.test('a command in a transcript is read as ours', async (t) => {
  t.strictSame(parseTranscript('> sendmsg a1\ncall-command: hangup\n'), [
    { from: 'vaxel', command: { line: 'sendmsg a1', headers: { 'call-command': 'hangup' } } },
  ]);
});

t.test('numbers, addresses and secrets are replaced, the same by the same', async (t) => {
  const redact = redactor();
  const id = '12345678-1234-1234-1234-123456789012';
  const event = redact({
    'Event-Date-Timestamp': '1774774800000000',
    'Caller-Channel-Created-Time': '1774774800000000',
    'Unique-ID': id,
    a: '+46701234567',
    b: 'sip:46701234567@198.51.100.7:5060',
    c: '0046701234567 via 198.51.100.8',
    d: '100 at 127.0.0.1',
    e: '2001:db8:1::7 and ::1',
    variable_sip_auth_password: 'hemligt',
    'FreeSWITCH-Hostname': 'pbx3',
    gone: undefined,
  });
  t.strictSame(event, {
    'Event-Date-Timestamp': '1774774800000000',
    'Caller-Channel-Created-Time': '1774774800000000',
    'Unique-ID': id,
    a: '+46812345600',
    b: 'sip:+46812345600@192.0.2.1:5060',
    c: '+46812345600 via 192.0.2.2',
    d: '100 at 127.0.0.1',
    e: '2001:db8::0 and ::1',
    variable_sip_auth_password: 'secret',
    'FreeSWITCH-Hostname': 'exchange',
    gone: undefined,
  });
});

t.test('a recording begins with the version and holds what came', async (t) => {
  const fake = await startFakeFreeSwitch();
  t.teardown(() => fake.stop());
  const path = join(t.testdir(), 'call.esl');
  const stopping = new AbortController();
  const recorded = record({
    host: '127.0.0.1',
    port: fake.port,
    password: 'office',
    path,
    until: stopping.signal,
    clock: () => epochMs(1_774_774_800_000),
  });
  while (fake.received.length < 2) await setImmediate();
  fake.emit({ 'Event-Name': 'CHANNEL_ANSWER', 'Unique-ID': 'a1', name: 'Åsa' });
  while (!readFileSync(path, 'utf8').includes('CHANNEL_ANSWER')) await setImmediate();
  stopping.abort();
  await recorded;
  const text = readFileSync(path, 'utf8');
  t.match(text, /^# FreeSWITCH 1\.10\.12, 2026-03-29\./);
  t.strictSame(parseTranscript(text), [
    {
      from: 'freeswitch',
      event: { 'Event-Name': 'CHANNEL_ANSWER', 'Unique-ID': 'a1', name: 'Åsa' },
    },
  ]);
});
