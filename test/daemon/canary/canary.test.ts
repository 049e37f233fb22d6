import { createHash } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { epochMs } from '../../../common/time.ts';
import { type Lamp, lampKey, type LampState } from '../../../daemon/call/lamp.ts';
import { createCanary } from '../../../daemon/canary/canary.ts';
import { createNotifyNumbers, readFirstNumber } from '../../../daemon/canary/notify-numbers.ts';
import { readDialogInfo } from '../../../daemon/canary/dialog-info.ts';
import { headerOf, readSipMessage, type SipRequest } from '../../../daemon/canary/sip-message.ts';

const lampOf = (name: string, kind: Lamp['kind'] = 'vaxel'): Lamp => ({
  ...{ kind, name, domain: 'anka.example' },
});
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** A canary, and the side of FreeSWITCH in the test’s own hands. */
function begin(lamps: readonly Lamp[] = [lampOf('100')]) {
  const saw: string[] = [];
  let watched = [...lamps];
  let now = epochMs(1_000_000);
  let fell = 0;
  let names = 0;
  let lives = 1;
  let toldAt = epochMs(0);
  const numbers = createNotifyNumbers();
  const canary = createCanary({
    watched: () => watched,
    isWatched: (lamp) => watched.includes(lamp),
    saw: (lamp, state) => saw.push(`${lampKey(lamp)} ${state ?? 'unknown'}`),
    toldAt: () => toldAt,
    numbers,
    numbersFell: () => (fell += 1),
    username: 'vaxel-canary',
    passwordOf: (domain) => `secret of ${domain}`,
    local: '127.0.0.1:40112',
    fresh: () => `x${(names += 1)}`,
  });
  const heard = (text: string) => canary.heard(Buffer.from(text), now).map(read);
  /** A response, with what one repeats of its request. */
  const responds = (request: SipRequest, status: number, more: readonly string[] = []) =>
    heard(
      [
        `SIP/2.0 ${status} Whatever`,
        ...['Via', 'From', 'Call-ID', 'CSeq'].map(
          (name) => `${name}: ${headerOf(request, name.toLowerCase())}`,
        ),
        `To: ${headerOf(request, 'to').replace(/;tag=.*/, '')};tag=fs`,
        ...more,
        '\r\n',
      ].join('\r\n'),
    );
  return {
    canary,
    saw: () => saw.splice(0),
    fell: () => fell,
    met: (first: number, isAnother = true) => {
      if (isAnother) lives += 1;
      return numbers.met(first, `core-${lives}`, now);
    },
    tells: () => (toldAt = now),
    watch: (...next: readonly Lamp[]) => (watched = [...next]),
    later: (ms: number) => {
      now = epochMs(now + ms);
      return canary.tick(now).map(read);
    },
    leave: () => canary.leave(now).map(read),
    heard,
    responds,
    challenges: (request: SipRequest, nonce: string) =>
      responds(request, 407, [
        `Proxy-Authenticate: Digest realm="anka.example", nonce="${nonce}", algorithm=MD5, qop="auth"`,
      ]),
    accepts: (request: SipRequest) =>
      responds(request, 202, ['Contact: <sip:100@127.0.0.1:5060;transport=udp>']),
    notifies: (request: SipRequest, number: number, body: string, state = 'active;expires=299') =>
      heard(
        [
          'NOTIFY sip:vaxel-canary@127.0.0.1:40112 SIP/2.0',
          'v: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1',
          `f: ${headerOf(request, 'to')};tag=fs`,
          `t: ${headerOf(request, 'from')}`,
          `i: ${headerOf(request, 'call-id')}`,
          `CSeq: ${number} NOTIFY`,
          `Subscription-State: ${state}`,
          '',
          body,
        ].join('\r\n'),
      ),
  };
}

function read(text: string): SipRequest {
  const message = readSipMessage(Buffer.from(text));
  if (message === undefined) throw new Error(text);
  // A response of ours is looked at as text.
  return message.kind === 'request'
    ? message
    : { ...message, kind: 'request', method: String(message.status) };
}

const only = (all: readonly SipRequest[]): SipRequest => {
  const [one, ...more] = all;
  if (one === undefined || more.length > 0) throw new Error(`${all.length} messages`);
  return one;
};

/** As mod_sofia 1.10.12 writes it. */
const info = (state?: string, rendering = 'yes') =>
  `<?xml version="1.0"?> \n<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="3" state="full" entity="sip:100@anka.example">\n${
    state === undefined
      ? ''
      : `<dialog id="vaxel100" direction="recipient">\n<state>${state}</state>\n<local>\n<target uri="sip:100@anka.example">\n<param pname="+sip.rendering" pvalue="${rendering}"/>\n</target>\n</local>\n</dialog>\n`
  }</dialog-info>\n`;

t.test('a lamp as a phone has it: asked for, challenged, accepted, read', async (t) => {
  const { later, challenges, accepts, notifies, saw, canary } = begin();
  const first = only(later(0));
  t.equal(first.method, 'SUBSCRIBE');
  t.equal(headerOf(first, 'to'), '<sip:100@anka.example>');
  t.equal(headerOf(first, 'event'), 'dialog');
  const again = only(challenges(first, 'n1'));
  const credentials = headerOf(again, 'proxy-authorization');
  const [, cnonce] = /cnonce="(\w+)"/.exec(credentials) ?? [];
  const secret = md5('vaxel-canary:anka.example:secret of anka.example');
  const response = md5(
    `${secret}:n1:00000001:${cnonce}:auth:${md5('SUBSCRIBE:sip:100@anka.example')}`,
  );
  t.match(credentials, `response="${response}"`, 'RFC 2617 §3.2.2.1');
  t.notMatch(credentials, /secret of/);
  t.equal(headerOf(again, 'call-id'), headerOf(first, 'call-id'));
  t.equal(headerOf(again, 'cseq'), '2 SUBSCRIBE');
  t.equal(only(notifies(again, 10, info('early'))).method, '200', 'it may overtake the answer');
  t.strictSame(accepts(again), []);
  for (const [number, state, rendering] of [
    [11, 'confirmed', 'yes'],
    [12, 'confirmed', 'no'],
    [13, 'terminated', 'yes'],
  ] as const) {
    t.equal(only(notifies(again, number, info(state, rendering))).method, '200');
  }
  notifies(again, 13, info('early'));
  notifies(again, 12, info('early'));
  notifies(again, 14, 'rubbish');
  const key = 'vaxel+100@anka.example';
  t.strictSame(
    saw(),
    ['ringing', 'busy', 'held', 'off'].map((state) => `${key} ${state}`),
    'what came again or late says nothing',
  );
  t.strictSame(canary.figures(), { sampled: 1, failed: 0 });
});

t.test('every watched lamp takes its turn, sixteen at a time, with one challenge', async (t) => {
  const lamps = Array.from({ length: 40 }, (_, i) => lampOf(String(200 + i)));
  const { canary, later, challenges, accepts, saw } = begin(lamps);
  const turns = new Set<string>();
  let challenged = 0;
  let most = 0;
  for (let n = 0; n < 600; n += 1) {
    for (const request of later(500)) {
      turns.add(headerOf(request, 'to').replace(/;tag.*/, ''));
      const isKnown = headerOf(request, 'proxy-authorization') !== '';
      if (!isKnown) challenged += 1;
      accepts(isKnown ? request : only(challenges(request, `n${challenged}`)));
    }
    most = Math.max(most, canary.figures().sampled);
  }
  t.equal(turns.size, 40);
  t.equal(most, 16);
  t.equal(challenged, 1, 'a nonce is good for an hour');
  t.equal(canary.figures().failed, 0);
  t.ok(
    saw().every((line) => line.endsWith('unknown')),
    'and what is left is unknown',
  );
});

t.test('a lamp that nobody watches any longer is left', async (t) => {
  const { later, accepts, notifies, saw, watch, canary } = begin();
  const request = only(later(0));
  accepts(request);
  notifies(request, 1, info('early'));
  watch(lampOf('101'));
  const [left, next] = later(500);
  t.match(left && headerOf(left, 'expires'), '0');
  t.match(left && headerOf(left, 'to'), /tag=fs/, 'in its dialog');
  t.match(next && headerOf(next, 'to'), 'sip:101@anka.example');
  if (left) accepts(left);
  t.strictSame(saw(), ['vaxel+100@anka.example ringing', 'vaxel+100@anka.example unknown']);
  t.strictSame(canary.figures(), { sampled: 1, failed: 0 });
});

t.test('signalwire/freeswitch#1532: an old nonce is answered 401 and nothing else', async (t) => {
  const { later, challenges, responds, accepts, canary } = begin([lampOf('100'), lampOf('101')]);
  accepts(only(challenges(only(later(0)), 'old')));
  const known = only(later(500));
  t.match(headerOf(known, 'proxy-authorization'), /nonce="old".*nc=00000002/);
  const bare = only(responds(known, 401));
  t.equal(headerOf(bare, 'proxy-authorization'), '', 'so one is asked for');
  const renewed = only(challenges(bare, 'new'));
  t.match(headerOf(renewed, 'proxy-authorization'), /nonce="new".*nc=00000001/);
  accepts(renewed);
  t.strictSame(canary.figures(), { sampled: 2, failed: 0 });
});

t.test('signalwire/freeswitch#1110: what is not ours is answered 481', async (t) => {
  const { later, notifies, heard } = begin();
  const request = only(later(0));
  const stranger = { ...request, headers: new Map([['call-id', ['of a daemon before us']]]) };
  t.equal(only(notifies(stranger, 1, info('early'))).method, '481');
  t.equal(
    only(heard('OPTIONS sip:vaxel-canary@127.0.0.1:40112 SIP/2.0\r\nCSeq: 1 OPTIONS\r\n\r\n'))
      .method,
    '405',
  );
});

t.test('refused, ended, not answered: counted, forgotten, and begun anew', async (t) => {
  const { later, responds, accepts, notifies, saw, canary } = begin();
  const gone = 'vaxel+100@anka.example unknown';
  t.strictSame(responds(only(later(0)), 403), []);
  t.strictSame([canary.figures(), saw()], [{ sampled: 0, failed: 1 }, [gone]]);

  let request = only(later(500));
  for (let n = 0; n < 3; n += 1) request = only(responds(request, 401));
  t.strictSame(responds(request, 401), [], 'no loop');
  t.strictSame([canary.figures(), saw()], [{ sampled: 0, failed: 2 }, [gone]]);

  const ended = only(later(500));
  accepts(ended);
  t.equal(only(notifies(ended, 1, '', 'terminated;reason=noresource')).method, '200');
  t.strictSame([canary.figures(), saw()], [{ sampled: 0, failed: 3 }, [gone]]);

  const lost = only(later(500));
  const sent: number[] = [];
  let ms = 0;
  while (canary.figures().failed === 3) {
    ms += 100;
    for (const again of later(100)) {
      if (headerOf(again, 'call-id') === headerOf(lost, 'call-id')) sent.push(ms);
    }
  }
  t.strictSame(sent, [500, 1_500, 4_500], 'RFC 3261 §17.1.2.2');
  t.ok(ms <= 10_000);
});

t.test(
  'signalwire/freeswitch#3056: the numbers of NOTIFYs fall, and that is said once',
  async (t) => {
    const { later, accepts, notifies, saw, fell } = begin();
    const request = only(later(0));
    accepts(request);
    notifies(request, 1_576_799_950, info('early'));
    notifies(request, 50, info('confirmed'));
    notifies(request, 51, info('terminated'));
    t.equal(fell(), 1);
    t.strictSame(
      saw().map((line) => line.split(' ')[1]),
      ['ringing', 'busy', 'off'] satisfies LampState[],
    );
  },
);

t.test(
  'signalwire/freeswitch#3056: they fall, and none of the sampled lamps changes',
  async (t) => {
    const { later, accepts, notifies, tells, saw, fell, canary } = begin();
    const request = only(later(0));
    accepts(request);
    notifies(request, 1_490_000, info());
    t.strictSame(later(500), [], 'phones were told nothing');
    tells();
    const probe = only(later(500));
    t.equal(headerOf(probe, 'to'), '<sip:100@anka.example>', 'another subscription, in no dialog');
    accepts(probe);
    saw();
    notifies(probe, 1_390_600, info('early'));
    t.equal(fell(), 1);
    t.strictSame(saw(), [], 'it is there for the number alone');
    const left = only(later(500));
    t.equal(headerOf(left, 'call-id'), headerOf(probe, 'call-id'));
    t.equal(headerOf(left, 'expires'), '0');
    accepts(left);
    t.strictSame(canary.figures(), { sampled: 1, failed: 0 });
  },
);

t.test('FreeSWITCH is another, and what phones have seen of the last one', async (t) => {
  const second = (number: number) => 1_390_000 + 50 * number;
  const table: readonly (readonly [string, number, number, boolean])[] = [
    ['had counted ahead of the clock', 1_400_000, second(61), true],
    ['had gone by the clock', second(0), second(3), false],
    ['had counted a little ahead, and much since', second(0) + 1_000, second(61), true],
    ['had counted ahead, and the clock has gone past it', second(0) + 1_000, second(200), false],
  ];
  for (const [what, last, first, refused] of table) {
    const { later, accepts, notifies, fell, met } = begin();
    t.equal(met(second(-10), false), false, 'nothing is known yet');
    const request = only(later(0));
    accepts(request);
    notifies(request, last, info('early'));
    later(((first - second(0)) / 50) * 1_000);
    t.equal(met(last, false), false, 'a gap, and the same FreeSWITCH');
    t.equal(met(first), refused, what);
    const [anew] = later(61_000);
    if (anew !== undefined) notifies(anew, first + 10, info());
    t.equal(fell(), 0, 'and what it sends is not a fall');
  }
});

t.test('FreeSWITCH goes by the clock again once it is a hundred thousand ahead', async (t) => {
  const { later, accepts, notifies, fell } = begin();
  const request = only(later(0));
  accepts(request);
  notifies(request, 1_490_000, info('early'));
  notifies(request, 1_489_000, info('confirmed'));
  t.equal(fell(), 0, 'one was overtaken by a thousand others');
  notifies(request, 1_390_600, info());
  t.equal(fell(), 1, 'though more was sent since the last that came here');
});

t.test('the numbers fell while there was no daemon', async (t) => {
  const at = epochMs(0);
  const begun = (highest: number) => createNotifyNumbers({ highest, at, core: 'a' });
  t.equal(begun(1_490_000).met(1_390_000, 'a', at), false, 'nothing says so yet');
  t.equal(begun(1_490_000).fell(1_390_600, at), true, 'FreeSWITCH is the same');
  t.equal(begun(1_490_000).fell(1_490_001, at), false);
  t.equal(begun(1_490_000).met(1_390_000, 'b', at), true, 'FreeSWITCH is another');
  t.equal(begun(1_390_000).met(1_390_500, 'b', epochMs(10_000)), false, 'it went by the clock');
  t.equal(begun(1_576_799_950).met(50, 'b', epochMs(2_000)), true, 'New Year came');

  const numbers = begun(1_490_000);
  numbers.met(1_390_000, 'a', at);
  numbers.fell(1_490_010, at);
  t.strictSame(numbers.last(), { highest: 1_490_010, at, core: 'a' });
  const early = createNotifyNumbers();
  early.fell(7, at);
  t.equal(early.met(5, 'a', at), false, 'it is met after it was heard');
  t.strictSame(early.last(), { highest: 7, at, core: 'a' });
});

t.test('a daemon that begins in the first hour of the year may have missed New Year', async (t) => {
  t.equal(begin().met(60 * 50, false), true);
  t.equal(begin().met(3_601 * 50, false), false);
});

t.test('where FreeSWITCH begins to count', async (t) => {
  t.equal(readFirstNumber('001 00 00 07'), 350);
  t.equal(readFirstNumber('327 20 44 06'), (326 * 86_400 + 20 * 3_600 + 44 * 60 + 6) * 50);
  t.equal(readFirstNumber('-ERR no reply'), undefined);
});

t.test('stopped, it leaves what it has', async (t) => {
  const { later, accepts, leave, canary } = begin([lampOf('100'), lampOf('100', 'dnd')]);
  for (const request of [...later(0), ...later(500)]) accepts(request);
  const left = leave();
  t.strictSame(
    left.map((request) => [headerOf(request, 'to'), headerOf(request, 'expires')]),
    [
      ['<sip:100@anka.example>;tag=fs', '0'],
      ['<sip:dnd+100@anka.example>;tag=fs', '0'],
    ],
  );
  t.equal(canary.figures().sampled, 0);
});

t.test('whatever bytes come, it goes on', async (t) => {
  const { canary, later } = begin();
  const callId = headerOf(only(later(0)), 'call-id');
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom(
      ...[
        'SIP/2.0 200 OK',
        'SIP/2.0 407',
        'NOTIFY sip:a SIP/2.0',
        `i: ${callId}`,
        'CSeq: 1 SUBSCRIBE',
      ],
      ...[
        'Proxy-Authenticate: Digest realm="',
        'CSeq: 99999999999 NOTIFY',
        ' folded',
        '',
        '<state>',
      ],
    ),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 400 }),
        fc.array(line, { maxLength: 9 }).map((lines) => Buffer.from(lines.join('\r\n'))),
      ),
      (bytes) => {
        for (const text of canary.heard(bytes, epochMs(1_000_000))) read(text);
      },
    ),
  );
  t.equal(readDialogInfo('<dialog-info state="partial"><state>early</state>'), undefined);
  t.equal(readDialogInfo(info()), 'off');
});
