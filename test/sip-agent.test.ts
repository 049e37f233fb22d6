import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { decodeALaw, encodeALaw } from './support/sip/a-law.ts';
import { quotedName, readAddress } from './support/sip/address.ts';
import { type Agent, createAgent } from './support/sip/agent.ts';
import { announces, answers, answersOnCancel, refuses, rings } from './support/sip/behaviours.ts';
import { digestFacts, digestResponse } from './support/sip/digest.ts';
import { heard, heardKeys, hears, silence } from './support/sip/hearing.ts';
import {
  findHeader,
  header,
  headerText,
  headerValues,
  messageBytes,
  readMessage,
} from './support/sip/message.ts';
import { responseTo } from './support/sip/response.ts';
import type { ServerTransaction } from './support/sip/transaction.ts';
import { createTrunkPeer } from './support/sip/trunk-peer.ts';

const ANNA_HZ = 440;
const BJORN_HZ = 620;
const SECRET = { username: '100', password: 'correct horse' };

t.test('a call is answered and each hears the other, until one hangs up', async (t) => {
  const { anna, bjorn } = await twoAgents(t);
  bjorn.onCall(answers(40));
  const call = await anna.call({ to: '101', proxy: bjorn.local });
  t.equal((await call.ringing()).status, 180);
  await call.answered();
  const other = await bjorn.nextCall();
  await other.acknowledged();
  await Promise.all([heard(call, BJORN_HZ, 2_000), heard(other, ANNA_HZ, 2_000)]);
  t.notOk(hears(call.media, ANNA_HZ), 'nobody hears himself');
  t.ok(call.media.heard.receivedMs() >= 100);
  t.ok(call.media.heard.longestGapMs() > 0, 'the gap between packets is known');

  await call.hangup({ Reason: 'SIP;cause=200;text="Call completed elsewhere"' });
  const ending = await other.ended();
  t.match(ending, { kind: 'bye', by: 'them' });
  t.same(ending.reasons, ['SIP;cause=200;text="Call completed elsewhere"']);
});

t.test('giving up while it rings cancels the call and the Reason arrives', async (t) => {
  const { anna, bjorn } = await twoAgents(t);
  bjorn.onCall(rings);
  const call = await anna.call({ to: '101', proxy: bjorn.local });
  await call.ringing();
  call.cancel({ Reason: 'SIP;cause=200;text="Call completed elsewhere"' });
  const other = await bjorn.nextCall();
  const { reasons } = await other.waitForCancel();
  t.same(reasons, ['SIP;cause=200;text="Call completed elsewhere"']);
  t.match(await call.ended(), { kind: 'cancelled', by: 'us', status: 487 });
  t.equal(await other.answer(), false, 'a cancelled call cannot be answered');
});

t.test('a call answered in the instant it is cancelled is acknowledged and ended', async (t) => {
  const { anna, bjorn } = await twoAgents(t);
  bjorn.onCall(answersOnCancel);
  const call = await anna.call({ to: '101', proxy: bjorn.local });
  await call.ringing();
  call.cancel();
  const other = await bjorn.nextCall();
  await other.acknowledged();
  t.match(await other.ended(), { kind: 'bye', by: 'them' });
  t.match(await call.ended(), { kind: 'cancelled', by: 'us' });
  t.equal(call.finalResponse()?.status, 200);
});

for (const status of [404, 480, 486, 603]) {
  t.test(`a refusal with ${status} ends the call and is acknowledged`, async (t) => {
    const { anna, bjorn } = await twoAgents(t);
    bjorn.onCall(refuses(status));
    const call = await anna.call({ to: '101', proxy: bjorn.local });
    t.match(await call.ended(), { kind: 'refused', by: 'them', status });
    await bjorn.waitFor(received('ACK'), { withinMs: 1_000, what: 'ACK' });
    await t.rejects(call.answered(), new RegExp(`"status":${status}`));
  });
}

t.test('a lost packet is sent again, and nothing happens twice', async (t) => {
  const { anna, bjorn } = await twoAgents(t);
  for (const method of ['INVITE', 'ACK', 'BYE']) loseFirst(anna, bjorn, method);
  bjorn.onCall(answers());
  const call = await anna.call({ to: '101', proxy: bjorn.local });
  await call.answered();
  const other = await bjorn.nextCall();
  await other.acknowledged();
  await call.hangup();
  t.match(await other.ended(), { kind: 'bye' });
  t.equal(bjorn.calls.length, 1);
  t.equal(sent(anna, 'INVITE').length, 2);
  t.same(sent(anna, 'INVITE')[1]?.raw, sent(anna, 'INVITE')[0]?.raw);
  t.ok(sent(anna, 'ACK').length > 1, 'the repeated 200 had its ACK again');
});

t.test('a dead contact gives no answer at all, and the caller gives up', async (t) => {
  const { anna, bjorn } = await twoAgents(t, 5);
  bjorn.drop(() => true);
  const call = await anna.call({ to: '101', proxy: bjorn.local });
  t.match(await call.ended(), { kind: 'timeout' });
  t.equal(call.provisional.length, 0);
  t.ok(sent(anna, 'INVITE').length >= 6);
});

t.test('keys pressed arrive once each, in both directions', async (t) => {
  const { anna, bjorn } = await twoAgents(t);
  bjorn.onCall(answers());
  const call = await anna.call({ to: '101', proxy: bjorn.local });
  await call.answered();
  const other = await bjorn.nextCall();
  await Promise.all([call.media.dtmf('11234#'), other.media.dtmf('*98')]);
  await heardKeys(other, '11234#', 2_000);
  await heardKeys(call, '*98', 2_000);
  await heard(other, ANNA_HZ, 2_000);
  await t.rejects(call.media.dtmf('x'), /x is not a key/);
});

t.test('a call on hold is silent, says so to the other end, and comes back', async (t) => {
  const { anna, bjorn } = await twoAgents(t);
  bjorn.onCall(answers());
  const call = await anna.call({ to: '101', proxy: bjorn.local });
  await call.answered();
  const other = await bjorn.nextCall();
  await heard(other, ANNA_HZ, 2_000);
  t.equal((await call.hold()).status, 200);
  t.equal(other.remoteDirection(), 'sendonly');
  await Promise.all([silence(other, 200, 2_000), silence(call, 200, 2_000)]);
  t.equal((await other.request('UPDATE')).status, 200);
  t.equal((await other.request('INFO', {}, Buffer.from('Signal=1'))).status, 200);
  t.equal((await call.resume()).status, 200);
  await Promise.all([heard(call, BJORN_HZ, 2_000), heard(other, ANNA_HZ, 2_000)]);
  t.equal((await call.refer('sip:102@anka.example')).status, 405, 'nobody here follows a REFER');
});

t.test('what was heard can be kept as a WAV file, and a tone can change', async (t) => {
  const { anna, bjorn } = await twoAgents(t);
  bjorn.onCall(announces);
  const call = await anna.call({ to: '101', proxy: bjorn.local });
  t.equal((await call.earlyMedia()).status, 183);
  await heard(call, BJORN_HZ, 2_000);
  const other = await bjorn.nextCall();
  other.media.tone(1_000);
  await heard(call, 1_000, 2_000);
  other.media.tone(undefined);
  await silence(call, 100, 2_000);
  const file = join(t.testdir(), 'heard.wav');
  await call.media.saveWav(file);
  const bytes = await readFile(file);
  t.equal(bytes.toString('latin1', 0, 4), 'RIFF');
  t.equal(bytes.readUInt32LE(24), 8_000);
  t.ok(bytes.length >= 44 + 2 * 1_600);
  await call.hangup();
  t.match(await other.ended(), { kind: 'cancelled', by: 'them' });
});

t.test('a name arrives as it was sent, in UTF-8, in Latin-1, with quotes', async (t) => {
  const { anna, bjorn } = await twoAgents(t);
  const latin1 = Buffer.from('Björn Ek', 'latin1');
  for (const displayName of ['Björn Ek', 'O\'Brien, "Åsa" \\ & <Co>', latin1]) {
    const call = await anna.call({
      to: 'sip:101@anka.example',
      from: { user: '100', displayName },
      domain: 'anka.example',
      proxy: bjorn.local,
    });
    const { from, to } = await bjorn.nextCall();
    t.same(from.displayNameBytes, Buffer.from(displayName));
    t.match({ user: from.user, host: from.host }, { user: '100', host: 'anka.example' });
    t.equal(to.uri, 'sip:101@anka.example');
    if (typeof displayName === 'string') t.equal(from.displayName, displayName);
    else t.match(from.displayName, /^Bj\uFFFDrn Ek$/);
    call.cancel();
    await call.ended();
  }
});

t.test('a telephone registers with digest, renews in time, and leaves', async (t) => {
  const { anna, bjorn: registrar } = await twoAgents(t);
  const bindings = actAsRegistrar(registrar);
  const as = { ...SECRET, domain: 'anka.example', registrar: registrar.local };
  const registration = await anna.register({ ...as, contactParams: ';q=0.5', expires: 1 });
  t.match(registration.contacts(), [/^<sip:100@127.0.0.1:\d+>;q=0.5$/]);
  await registrar.waitFor(({ message }) => bindings.granted() > 1 && message.kind === 'response', {
    withinMs: 2_000,
    what: 'a renewal',
  });
  const second = await anna.register({ ...as, contactUri: 'sip:100@127.0.0.1:9' });
  t.equal(second.contacts().length, 2, 'two devices may share a user name');
  await second.unregister();
  await registration.unregister();
  t.same(registration.contacts(), []);
  await t.rejects(
    anna.register({ ...as, password: 'wrong' }),
    /REGISTER of 100 was refused with 403/,
  );
});

t.test('a 407 is answered as well, for an INVITE', async (t) => {
  const { anna, bjorn } = await twoAgents(t);
  bjorn.onRequest('INVITE', (transaction) => {
    const { request } = transaction;
    if (accepted(transaction, 'Proxy-Authorization')) {
      transaction.respond(responseTo(request, 486, { toTag: 'x' }));
    } else challenge(transaction, 407, 'Proxy-Authenticate');
  });
  const call = await anna.call({ to: '101', proxy: bjorn.local, auth: SECRET });
  t.match(await call.ended(), { status: 486 });
  const wrong = { ...SECRET, password: 'wrong' };
  const refused = await anna.call({ to: '101', proxy: bjorn.local, auth: wrong });
  t.match(await refused.ended(), { status: 407 });
});

t.test('a watcher is told, inside its subscription and without one', async (t) => {
  const { anna, bjorn } = await twoAgents(t);
  bjorn.onRequest('SUBSCRIBE', (transaction) => {
    const { request } = transaction;
    const expires = headerText(request, 'Expires');
    const contact = header('Contact', `<sip:101@${bjorn.local.host}:${bjorn.local.port}>`);
    notify(bjorn, transaction, expires === '0' ? 'terminated' : 'active', 'Messages-Waiting: yes');
    const headers = [contact, header('Expires', expires)];
    transaction.respond(responseTo(request, 200, { toTag: 'watched', headers }));
  });
  const subscription = await anna.subscribe({
    event: 'message-summary',
    to: '101',
    domain: 'anka.example',
    proxy: bjorn.local,
    auth: SECRET,
    expires: 1,
  });
  const first = await subscription.notified(({ body }) => body.includes('yes'));
  t.equal(first.event, 'message-summary');
  await subscription.notified(({ request }) => request !== first.request, 2_000);
  await subscription.unsubscribe();
  await subscription.notified(({ state }) => state === 'terminated');
  t.ok(subscription.terminated());
  const unsolicited = await bjorn.ask({
    destination: anna.local,
    build: () => rawRequest(bjorn, 'NOTIFY', [header('Event', 'dialog')]),
  });
  t.equal(unsolicited.status, 200);
  t.equal((await anna.notified(({ event }) => event === 'dialog')).event, 'dialog');
});

t.test('a trunk peer notes what a call shows, and can be busy or dead', async (t) => {
  const anna = await createAgent({ bind: '127.0.0.1', toneHz: ANNA_HZ, t1Ms: 5 });
  const peer = await createTrunkPeer({ bind: '127.0.0.2', toneHz: BJORN_HZ });
  t.teardown(() => Promise.all([anna.close(), peer.close()]));
  peer.behave(refuses(486), '+46812345601');
  const call = await anna.call({
    to: '+46812345601',
    proxy: peer.local,
    headers: {
      'P-Asserted-Identity': '"Anna Berg" <sip:+46812345600@anka.example>',
      Privacy: 'id',
      Diversion: '<sip:100@anka.example>;reason=no-answer, <sip:102@anka.example>',
    },
  });
  t.match(await call.ended(), { status: 486 });
  t.match(peer.seen, [
    {
      dialled: '+46812345601',
      assertedIdentity: { displayName: 'Anna Berg', user: '+46812345600' },
      privacy: 'id',
      diversion: ['<sip:100@anka.example>;reason=no-answer', '<sip:102@anka.example>'],
    },
  ]);
  peer.mute('all');
  const dead = await anna.call({ to: '112', proxy: peer.local });
  t.match(await dead.ended(), { kind: 'timeout' });
  peer.mute('nothing');
  const alive = await anna.call({ to: '112', proxy: peer.local });
  t.equal((await alive.ringing()).status, 180);
});

t.test('a missed deadline says what was waited for and what was seen instead', async (t) => {
  const { anna, bjorn } = await twoAgents(t);
  bjorn.onCall(rings);
  const call = await anna.call({ to: '101', proxy: bjorn.local });
  await call.ringing();
  await t.rejects(
    anna.waitFor(received('BYE'), { withinMs: 30, what: 'BYE from Björn' }),
    /^no BYE from Björn within 30 ms\n127.0.0.1:\d+ has seen\n.*> 127.0.0.2:\d+ INVITE sip:101@\S+ SIP\/2.0 \[\w+ 1 INVITE\]\n(.*\n)*.*< .*SIP\/2.0 180 Ringing/,
  );
  const waiting = t.rejects(call.answered(5_000), /waiting for answer from 101: the agent was/);
  await anna.close();
  await waiting;
});

t.test('OPTIONS is answered, and an unknown dialog is not', async (t) => {
  const { anna, bjorn } = await twoAgents(t);
  const status = async (method: string, to?: string): Promise<number> => {
    const build = () => rawRequest(anna, method, [], to);
    return (await anna.ask({ destination: bjorn.local, build })).status;
  };
  t.equal(await status('OPTIONS'), 200);
  t.equal(await status('PUBLISH'), 405);
  t.equal(await status('BYE', '<sip:101@127.0.0.2>;tag=gone'), 481);
  bjorn.sendRaw(Buffer.from('\r\n\r\n'), anna.local);
  bjorn.sendRaw(Buffer.from('not SIP at all'), anna.local);
  t.equal(await status('OPTIONS'), 200, 'noise does no harm');
});

t.test('once the agents are closed nothing of them keeps the process alive', async (t) => {
  const { anna, bjorn } = await twoAgents(t);
  bjorn.onCall(answers());
  const call = await anna.call({ to: '101', proxy: bjorn.local });
  await call.answered();
  await heard(call, BJORN_HZ, 2_000);
  await anna.call({ to: '101', proxy: { host: '127.0.0.1', port: 9 } });
  t.not((await alive()).length, 0);
  await anna.close();
  await bjorn.close();
  t.same(await alive(), []);
});

t.test('a message written and read again is the same, bytes and all', async (t) => {
  const value = fc
    .uint8Array({ maxLength: 40 })
    .map((bytes) => Buffer.from(bytes.filter((byte) => byte >= 0x20 && byte !== 0x7f)))
    .filter((bytes) => !/^ | $/.test(bytes.toString('latin1')));
  fc.assert(
    fc.property(fc.array(value), fc.uint8Array(), (values, body) => {
      const message = {
        kind: 'request' as const,
        method: 'INVITE',
        uri: 'sip:101@anka.example',
        headers: values.map((each, index) => header(`X-${index}`, each)),
        body: Buffer.from(body),
      };
      const back = readMessage(messageBytes(message));
      const { headers = [], ...rest } = back ?? {};
      t.match(rest, { kind: 'request', method: 'INVITE', uri: message.uri });
      t.same(headers.slice(0, -1), message.headers);
      t.same(back?.body, message.body);
    }),
    { numRuns: 50 },
  );
});

t.test('any name survives its quoting', async (t) => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const value = Buffer.concat([
        quotedName(Buffer.from(bytes)),
        Buffer.from(' <sip:1@a>;tag=t'),
      ]);
      const { displayNameBytes, uri, tag } = readAddress(header('From', value));
      t.same(displayNameBytes, Buffer.from(bytes));
      t.same([uri, tag], ['sip:1@a', 't']);
    }),
    { numRuns: 100 },
  );
});

t.test('compact, folded and listed headers read as one would write them out', async (t) => {
  const text = [
    'SIP/2.0 200 OK',
    'v: SIP/2.0/UDP a;branch=z9hG4bK1, SIP/2.0/UDP b',
    'f: Anna Berg <sip:100@a>;tag=1',
    't: sip:101@b;tag=2',
    'm: "Berg, Anna" <sip:100@a,b>;q=1, <sip:101@b>',
    'Subject: one',
    '\ttwo',
    'l: 2',
    '',
    'hi and what is too much',
  ].join('\r\n');
  const message = readMessage(Buffer.from(text));
  if (message?.kind !== 'response') throw new Error('not read as a response');
  t.same(headerValues(message, 'via'), ['SIP/2.0/UDP a;branch=z9hG4bK1', 'SIP/2.0/UDP b']);
  t.same(headerValues(message, 'Contact'), ['"Berg, Anna" <sip:100@a,b>;q=1', '<sip:101@b>']);
  t.match(readAddress(findHeader(message, 'From')), { displayName: 'Anna Berg', tag: '1' });
  t.match(readAddress(findHeader(message, 'To')), { user: '101', host: 'b', tag: '2' });
  t.equal(headerText(message, 'subject'), 'one two');
  t.equal(message.body.toString(), 'hi');
});

t.test('digest gives the example of RFC 2617 section 3.5', async (t) => {
  const response = digestResponse({
    username: 'Mufasa',
    password: 'Circle Of Life',
    realm: 'testrealm@host.com',
    nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
    method: 'GET',
    uri: '/dir/index.html',
    qop: 'auth',
    cnonce: '0a4f113b',
    count: '00000001',
  });
  t.equal(response, '6629fae49393a05397450978507c4ef1');
});

t.test('A-law loses no more than its step, for every sample', async (t) => {
  for (let sample = -32_768; sample <= 32_767; sample += 7) {
    const error = Math.abs(decodeALaw(encodeALaw(sample)) - sample);
    if (error > Math.max(16, Math.abs(sample) / 16)) t.fail(`${sample} is off by ${error}`);
  }
  t.equal(encodeALaw(0), 0xd5);
  t.equal(decodeALaw(0xaa), 32_256, 'the loudest code, ITU-T G.711 table 1a');
});

async function twoAgents(t: Test, t1Ms = 50): Promise<{ anna: Agent; bjorn: Agent }> {
  const anna = await createAgent({ bind: '127.0.0.1', toneHz: ANNA_HZ, t1Ms });
  const bjorn = await createAgent({ bind: '127.0.0.2', toneHz: BJORN_HZ, t1Ms });
  t.teardown(() => Promise.all([anna.close(), bjorn.close()]));
  return { anna, bjorn };
}

/** The sockets and timers that hold the event loop, once it has let go of those just closed. */
async function alive(): Promise<readonly string[]> {
  await nextTurn();
  return process.getActiveResourcesInfo().filter((kind) => /UDP|Timeout/.test(kind));
}

const sent = (agent: Agent, method: string) =>
  agent.trace.filter(
    ({ direction, message }) =>
      direction === 'out' && message.kind === 'request' && message.method === method,
  );

const received =
  (method: string) =>
  ({ direction, message }: Agent['trace'][number]): boolean =>
    direction === 'in' && message.kind === 'request' && message.method === method;

/** Loses the first request of each method on its way in; called once for each, it remembers them all. */
const LOST = new WeakMap<Agent, Set<string>>();
function loseFirst(_from: Agent, to: Agent, method: string): void {
  const left = LOST.get(to) ?? new Set<string>();
  LOST.set(to, left.add(method));
  to.drop(
    (message, direction) =>
      direction === 'in' && message.kind === 'request' && left.delete(message.method),
  );
}

/** A registrar of one user that asks for digest and knows who is there. */
function actAsRegistrar(agent: Agent): { granted(): number } {
  const contacts = new Map<string, string>();
  let granted = 0;
  agent.onRequest('REGISTER', (transaction) => {
    const { request } = transaction;
    if (headerText(request, 'Authorization') === '') {
      challenge(transaction, 401, 'WWW-Authenticate');
    } else if (!accepted(transaction, 'Authorization')) {
      transaction.respond(responseTo(request, 403, { toTag: 'r' }));
    } else {
      granted += 1;
      const callId = headerText(request, 'Call-ID');
      if (headerText(request, 'Expires') === '0') contacts.delete(callId);
      else contacts.set(callId, headerText(request, 'Contact'));
      const headers = [...contacts.values()].map((each) => header('Contact', each));
      headers.push(header('Expires', headerText(request, 'Expires')));
      transaction.respond(responseTo(request, 200, { toTag: 'r', headers }));
    }
  });
  return { granted: () => granted };
}

function challenge(transaction: ServerTransaction, status: number, name: string): void {
  const sha = header(
    name,
    'Digest realm="anka.example", nonce="n0", algorithm=SHA-256, qop="auth"',
  );
  const md5 = header(
    name,
    'Digest realm="anka.example", nonce="n1", qop="auth,auth-int", opaque="o"',
  );
  transaction.respond(responseTo(transaction.request, status, { toTag: 'c', headers: [sha, md5] }));
}

function accepted({ request }: ServerTransaction, name: string): boolean {
  const facts = digestFacts(headerText(request, name));
  const expected = digestResponse({
    ...SECRET,
    realm: 'anka.example',
    nonce: 'n1',
    method: request.method,
    uri: request.uri,
    qop: 'auth',
    cnonce: facts.get('cnonce') ?? '',
    count: facts.get('nc') ?? '',
  });
  return facts.get('response') === expected && facts.get('opaque') === 'o';
}

function rawRequest(agent: Agent, method: string, extra: ReturnType<typeof header>[], to?: string) {
  const { host, port } = agent.local;
  const number = agent.trace.length + 1;
  return {
    kind: 'request' as const,
    method,
    uri: 'sip:101@anka.example',
    headers: [
      header('Via', `SIP/2.0/UDP ${host}:${port};branch=z9hG4bK${number};rport`),
      header('From', '<sip:100@anka.example>;tag=raw'),
      header('To', to ?? '<sip:101@anka.example>'),
      header('Call-ID', `raw-${number}`),
      header('CSeq', `${number} ${method}`),
      ...extra,
    ],
    body: Buffer.alloc(0),
  };
}

function notify(agent: Agent, { request, from }: ServerTransaction, state: string, body: string) {
  const { uri } = readAddress(findHeader(request, 'Contact'));
  const base = rawRequest(agent, 'NOTIFY', [
    header('Event', headerText(request, 'Event')),
    header('Subscription-State', state),
  ]);
  const headers = base.headers.map((each) => {
    if (each.name === 'To') return header('To', headerText(request, 'From'));
    if (each.name === 'From') return header('From', '<sip:101@anka.example>;tag=watched');
    return each.name === 'Call-ID' ? header('Call-ID', headerText(request, 'Call-ID')) : each;
  });
  void agent.ask({
    destination: from,
    build: () => ({ ...base, uri, headers, body: Buffer.from(body) }),
  });
}
