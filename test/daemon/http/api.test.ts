import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import t from 'tap';
import { createSwitchboard, painted } from '../../../cli/watch/switchboard.ts';
import { SCOPES } from '../../../common/api-token.ts';
import { commandLineToken, listApiTokens, removeApiToken } from '../../../common/db/api-tokens.ts';
import { eventStreamReader } from '../../../common/event-stream.ts';
import { secretBox } from '../../../common/secret-box.ts';
import { epochMs, seconds } from '../../../common/time.ts';
import type { LegId } from '../../../daemon/call/event.ts';
import { readContacts } from '../../../daemon/esl/contacts.ts';
import { originateCommand } from '../../../daemon/esl/originate.ts';
import type { Route } from '../../../daemon/http/route.ts';
import type { Line, LineCall } from '../../../daemon/lines/line.ts';
import { ask as askPlainly, listenTo } from '../../support/api-client.ts';
import { apiRig } from '../../support/api-rig.ts';
import { checked, codeOf } from '../../support/checked-api.ts';
import { ANKA, ANNA, vaxel } from '../../support/command-line.ts';
import { eventually } from '../../support/eventually.ts';

const leg = (text: string) => text as LegId;

function call(more: Partial<LineCall> = {}): LineCall {
  return {
    state: 'ringing',
    direction: 'in',
    since: epochMs(1_795_000_000_100),
    legs: [leg('aaaaaaaa-1')],
    peer: leg('bbbbbbbb-1'),
    with: { name: 'Björn Ek', number: '101', user: undefined },
    ...more,
  };
}

let version = 0;

function line(user: string, ...calls: readonly LineCall[]): Line {
  version += 1;
  const [first] = calls;
  const { since, direction } = first ?? { since: undefined, direction: undefined };
  const state = first?.state ?? 'idle';
  return { user, state, reach: 'reachable', since, direction, calls, version };
}

/** A path with something in every hole. */
const filled = (path: string, extension = '100', call = 'aaaaaaaa-1') =>
  path
    .replace('{extension}', extension)
    .replace('{call}', call)
    .replace('{slot}', '7')
    .replace('{entry}', 'e-1');

const BODIES: Readonly<Record<string, object>> = {
  Dial: { to: '101' },
  Transfer: { to: '102' },
  Move: { device: 'd' },
  SetStatus: { activity: 'lunch' },
  CalendarEntry: { from: 1_795_000_000_000, until: 1_795_000_900_000 },
  Resync: { username: 'a', domain: 'b', vendor: 'Yealink', reboot: false },
};
const bodyOf = ({ takes }: Route) => (takes === undefined ? undefined : (BODIES[takes] ?? {}));

t.test('the document describes every route there is, and is OpenAPI 3.1', async (t) => {
  const { port, routes } = await apiRig(t);
  const { body } = await checked(t, port, routes)('get', '/v1/openapi.json');
  const document = body as {
    openapi: string;
    info: { title: string; version: string };
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, object> };
  };
  t.match(document.openapi, /^3\.1\.\d+$/);
  t.match(document.info, { title: 'vaxel-daemon', version: /^\d+\.\d+\.\d+/ });
  const described = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method} ${path}`),
  );
  t.strictSame(described.sort(), routes.map(({ method, path }) => `${method} ${path}`).sort());

  const names = new Set<string>();
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const operation of Object.values(operations)) {
      names.add(operation.operationId);
      t.ok(operation.summary, `${operation.operationId} says what it does`);
      const holes = [...path.matchAll(/\{(\w+)\}/g)].map(([, hole]) => hole);
      t.strictSame(
        (operation.parameters ?? []).flatMap((each) => (each.in === 'path' ? [each.name] : [])),
        holes,
      );
      for (const [status, { description }] of Object.entries(operation.responses)) {
        t.match(status, /^[1-5]\d\d$/);
        t.ok(description);
      }
    }
  }
  t.equal(names.size, routes.length, 'every operation has a name of its own');
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)];
  t.ok(references.length > 20);
  for (const [, to = ''] of references) {
    t.ok(document.components.schemas[to.replace('#/components/schemas/', '')], to);
  }
  t.notMatch(JSON.stringify(document), /"\$schema"|"\$id"/);
});

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Record<string, { readonly description: string }>;
}

t.test('nobody comes in without a token, a scope, or from a page', async (t) => {
  const rig = await apiRig(t);
  const { port, routes } = rig;
  const ask = checked(t, port, routes);
  const { text, id } = await rig.token('100');
  for (const route of routes) {
    const { method, path, who } = route;
    const about = { body: bodyOf(route) };
    const page = { ...about, token: text, headers: { Origin: 'http://anka.example' } };
    t.equal((await askPlainly(port, method, filled(path), page)).status, 403, `${path} for a page`);
    if (who === 'here') {
      const rebound = { ...about, headers: { Host: 'evil.example:8080' } };
      t.equal((await askPlainly(port, method, filled(path), rebound)).status, 403, path);
      t.ok((await ask(method, filled(path), about)).status < 300 || path === '/readyz', path);
      continue;
    }
    const without = await ask(method, filled(path), about);
    t.equal(without.status, 401, path);
    t.match(without.headers['www-authenticate'], /^Bearer/);
    for (const wrong of [
      '',
      'x',
      `${text}x`,
      `${text.slice(0, -1)}!`,
      text.replace(id, 'z'.repeat(13)),
      `${text.slice(0, -2)}AA`,
    ]) {
      t.equal((await ask(method, filled(path), { ...about, token: wrong })).status, 401, path);
    }
    if (who === 'token') continue;
    const others = SCOPES.filter((scope) => scope !== who);
    const poor = await rig.token('100', others);
    const refused = await ask(method, filled(path), { ...about, token: poor.text });
    t.match([refused.status, codeOf(refused)], [403, 'scope'], path);
  }
  t.equal((await ask('get', '/v1/self', { token: text })).status, 200);
  await removeApiToken(rig.db, rig.anka.id, id);
  t.equal((await ask('get', '/v1/self', { token: text })).status, 401, 'a removed token is none');
  t.strictSame(rig.bugs, []);
  const reasons = ['host', 'origin', 'scope', 'token'].map((why) => `${why} 127.0.0.1`);
  t.strictSame([...rig.turnedAway].sort(), reasons, 'each was noted, with where it came from');
});

t.test('no route shows or touches another organisation', async (t) => {
  const rig = await apiRig(t);
  const ask = checked(t, rig.port, rig.routes);
  const anna = rig.user('100');
  const mine = call({
    state: 'busy',
    legs: [leg('aaaaaaaa-1')],
    with: { name: 'Hemlig', number: '+46701234567', user: undefined },
  });
  rig.lines.set(line(anna.id, mine), line(rig.user('101').id, call({ legs: [leg('aaaaaaaa-9')] })));
  rig.said.set('valet_info anka.example', '<extension uuid="cccccccc-1">7</extension>');
  const stranger = await rig.token(undefined, SCOPES, 'other.example');
  const before = rig.freeswitch.received.length;
  for (const route of rig.routes.filter(({ who }) => who !== 'here')) {
    const { method, path } = route;
    const body = bodyOf(route);
    // As somebody of theirs by number, which both organisations have; nobody's telephone may ring for it.
    const wish =
      body && ('device' in body || path.includes('{call}') ? body : { ...body, as: '100' });
    const answer = await ask(method, filled(path), { token: stranger.text, body: wish });
    t.notMatch(
      JSON.stringify(answer.body ?? ''),
      /Hemlig|46701234567|aaaaaaaa/,
      `${method} ${path}`,
    );
    if (path.includes('{call}')) t.equal(answer.status, 404, path);
  }
  const stream = await listenTo(rig.port, stranger.text);
  await stream.next('snapshot', ({ event }) => event === 'snapshot');
  rig.lines.set(line(anna.id));
  rig.lines.set(line(rig.user('100', 'other.example').id));
  const seen = await stream.next('event', ({ event }) => event === 'line');
  t.notMatch(stream.raw(), /Hemlig/);
  t.equal(seen.data['version'], version, 'the first it hears of is its own');
  stream.close();
  const commands = rig.freeswitch.received.slice(before).join('\n');
  t.notMatch(
    commands,
    /anka\.example|aaaaaaaa|bbbbbbbb|cccccccc/,
    'FreeSWITCH was told nothing of it',
  );
});

t.test('everybody sees the line; with whom, only who may', async (t) => {
  const rig = await apiRig(t);
  const ask = checked(t, rig.port, rig.routes);
  const [anna, bjorn] = [rig.user('100'), rig.user('101')];
  rig.statuses.set(bjorn.id, { activity: 'lunch', open: false, until: 1_795_000_900_000 });
  rig.lines.set(
    line(anna.id, call({ with: { name: bjorn.name, number: '101', user: bjorn.id } })),
    line(
      bjorn.id,
      call({
        state: 'busy',
        direction: 'out',
        legs: [leg('bbbbbbbb-1')],
        with: { name: 'Anna Berg', number: '100', user: anna.id },
      }),
    ),
  );
  const own = await rig.token('100', ['lines:read']);
  const { body } = await ask('get', '/v1/lines', { token: own.text });
  t.match(body, {
    lines: [
      {
        extension: '100',
        name: 'Anna Berg',
        state: 'ringing',
        calls: [{ id: 'aaaaaaaa-1', with: { name: 'Björn Ek', number: '101', extension: '101' } }],
      },
      {
        extension: '101',
        state: 'busy',
        direction: 'out',
        calls: undefined,
        status: { activity: 'lunch', open: false },
      },
    ],
  });
  const desk = await rig.token(undefined, ['lines:read', 'personal:read']);
  t.match((await ask('get', '/v1/lines/101', { token: desk.text })).body, {
    calls: [{ id: 'bbbbbbbb-1', with: { extension: '100' } }],
  });
  t.equal((await ask('get', '/v1/lines/199', { token: desk.text })).status, 404);
  t.equal((await ask('get', '/v1/lines/a%2Fb', { token: desk.text })).status, 400);
  t.match((await ask('get', '/v1/self', { token: own.text })).body, {
    organisation: { domain: 'anka.example' },
    user: { extension: '100', devices: [{ kind: /desk|app/ }, { kind: /desk|app/ }] },
    scopes: ['lines:read'],
  });
  t.match((await ask('get', '/v1/self', { token: desk.text })).body, { user: undefined });
});

t.test(
  'a stream begins with a snapshot, tells every change, and goes on where it was left',
  async (t) => {
    const rig = await apiRig(t);
    const [anna, bjorn] = [rig.user('100'), rig.user('101')];
    const { text } = await rig.token('100');
    const stream = await listenTo(rig.port, text);
    const first = await stream.next('snapshot', ({ event }) => event === 'snapshot');
    t.match(first.data, { part: 1, parts: 1, lines: [{ extension: '100' }, { extension: '101' }] });

    rig.lines.set(line(anna.id, call()));
    const rings = await stream.next('own line', ({ event }) => event === 'line');
    t.match(rings.data, { extension: '100', state: 'ringing', calls: [{ id: 'aaaaaaaa-1' }] });
    t.match(await stream.next('own call', ({ event }) => event === 'call'), {
      data: { extension: '100', id: 'aaaaaaaa-1', state: 'ringing', with: { number: '101' } },
    });
    rig.lines.set(line(anna.id, call({ state: 'busy', legs: [leg('aaaaaaaa-2')] })));
    t.match((await stream.next('answer on another device', ({ event }) => event === 'call')).data, {
      id: 'aaaaaaaa-2',
      was: 'aaaaaaaa-1',
      state: 'busy',
    });
    rig.lines.set(line(bjorn.id, call({ state: 'busy', legs: [leg('bbbbbbbb-1')] })));
    const his = await stream.next('line of another', ({ data }) => data['extension'] === '101');
    t.notOk('calls' in his.data, 'with whom is not told');

    const registration = {
      at: epochMs(1),
      username:
        anna.devices.flatMap((each) => (each.kind === 'desk' ? [each.username] : []))[0] ?? '',
      domain: 'anka.example',
      contact: 'sip:a',
      userAgent: 'Desk',
      ip: '192.0.2.1',
      expires: seconds(60),
    };
    rig.api.note({ kind: 'registered', ...registration });
    t.match((await stream.next('registration', ({ event }) => event === 'registration')).data, {
      extension: '100',
      registered: true,
      device: { kind: 'desk' },
      address: '192.0.2.1',
    });
    const message = {
      kind: 'messages-waiting',
      at: epochMs(1),
      domain: 'anka.example',
      fresh: 2,
      old: 1,
      tells: 'all',
    } as const;
    rig.api.note({ ...message, user: '101' });
    rig.api.note({ ...message, user: '100' });
    t.match((await stream.next('message', ({ event }) => event === 'message')).data, {
      extension: '100',
      fresh: 2,
      old: 1,
    });
    rig.statuses.set(bjorn.id, { activity: 'lunch', open: false });
    rig.api.statusChanged(bjorn.id);
    const last = await stream.next('status', ({ event }) => event === 'status');
    t.match(last.data, { extension: '101', status: { activity: 'lunch' } });
    t.equal(
      stream.events.filter(({ event }) => event === 'message').length,
      1,
      'not of another’s mailbox',
    );
    stream.close();

    rig.lines.set(line(anna.id));
    const resumed = await listenTo(rig.port, text, last.id);
    const ended = await resumed.next('what was missed', () => true);
    t.match(ended, { event: 'line', data: { extension: '100', state: 'idle' } }, 'no snapshot');
    t.match(await resumed.next('end', ({ event }) => event === 'call'), {
      data: { state: 'ended' },
    });
    const again = await listenTo(rig.port, text, rings.id);
    const missed = await again.next('own call', () => true);
    t.match(missed, { event: 'call', data: { state: 'ringing' } }, 'as it was told then');
    for (let i = 0; i < 1_001; i += 1) rig.lines.set(line(bjorn.id));
    for (const id of [
      last.id,
      'nonsense',
      'ffffffffffff-3',
      '',
      `${last.id?.split('-')[0] ?? ''}-999999`,
    ]) {
      const late = await listenTo(rig.port, text, id);
      t.equal((await late.next('snapshot', () => true)).event, 'snapshot', `after ${id}`);
      late.close();
    }
    for (const each of [resumed, again]) each.close();
  },
);

t.test('a reader that does not read is cut, and costs nobody else anything', async (t) => {
  const rig = await apiRig(t);
  const bjorn = rig.user('101');
  const { text } = await rig.token(undefined, ['events:read', 'personal:read']);
  const slow = await listenTo(rig.port, text);
  const quick = await listenTo(rig.port, text);
  for (const each of [slow, quick]) await each.next('snapshot', () => true);
  slow.response.pause();
  const name = 'x'.repeat(8_000);
  let sent = 0;
  await eventually(
    'cut',
    async () => {
      for (let i = 0; i < 20; i += 1) {
        sent += 1;
        const party = { name, number: String(sent), user: undefined };
        rig.lines.set(line(bjorn.id, call({ state: 'busy', with: party })));
        await setImmediate();
      }
      return rig.api.figures().cut > 0;
    },
    30_000,
  );
  const figures = () => rig.api.figures();
  t.match(figures(), { cut: 1, opened: 2 });
  await eventually('one reader', () => figures().clients === 1);
  rig.lines.set(line(bjorn.id));
  await quick.next('the last', ({ data }) => data['version'] === version, 20_000);
  const told = quick.events.filter(({ event }) => event === 'line').length;
  t.equal(told, sent + 1, 'the other has heard of everything');
  quick.close();
});

t.test(
  'a big snapshot comes in parts, and more at once than a ring holds begins anew',
  async (t) => {
    const rig = await apiRig(t);
    const [anna] = [rig.user('100')];
    const { text } = await rig.token();
    const stream = await listenTo(rig.port, text);
    await stream.next('snapshot', ({ event }) => event === 'snapshot');
    rig.lines.set(...Array.from({ length: 1_500 }, () => line(anna.id)));
    const again = await stream.next('snapshot', ({ event }) => event === 'snapshot');
    t.match(again.data, { lines: [{ version }, {}] });
    t.equal(rig.api.figures().cut, 0);
    stream.close();
  },
);

t.test(
  'what nobody reads any longer is not kept, and who comes back is told everything',
  async (t) => {
    const rig = await apiRig(t);
    const anna = rig.user('100');
    const { text } = await rig.token();
    const events = () => rig.api.figures().events;
    rig.lines.set(line(anna.id));
    t.equal(events(), 0, 'nobody has ever listened');
    t.notOk(rig.api.isHeard());

    const stream = await listenTo(rig.port, text);
    await stream.next('snapshot', ({ event }) => event === 'snapshot');
    t.ok(rig.api.isHeard());
    rig.lines.set(line(anna.id));
    const { id } = await stream.next('a change', ({ event }) => event === 'line');
    stream.close();
    await eventually('no reader', () => !rig.api.isHeard());

    for (let i = 0; i < 1_000; i += 1) rig.lines.set(line(anna.id));
    const back = await listenTo(rig.port, text, id);
    t.equal((await back.next('the thousand', () => true)).event, 'line');
    back.close();
    await eventually('no reader', () => !rig.api.isHeard());

    for (let i = 0; i < 1_100; i += 1) rig.lines.set(line(anna.id));
    t.equal(events(), 1 + 1_000 + 1_001, 'until the thousand are full');
    const late = await listenTo(rig.port, text, id);
    const { event, id: other } = await late.next('snapshot', () => true);
    t.equal(event, 'snapshot');
    t.not(other?.split('-')[0], id?.split('-')[0], 'numbers begin anew');
    late.close();
  },
);

t.test('streams beat, and end with their token', async (t) => {
  const rig = await apiRig(t, 30);
  const kept = await rig.token('100');
  const lost = await rig.token('101');
  const [one, other] = [await listenTo(rig.port, kept.text), await listenTo(rig.port, lost.text)];
  await eventually('heartbeat', () => one.raw().includes('\n:\n\n'));
  const gone = new Promise((resolve) => other.response.once('close', resolve));
  await removeApiToken(rig.db, rig.anka.id, lost.id);
  await gone;
  t.notOk(one.response.closed);
  t.match(rig.api.figures(), { clients: 1 });
  one.close();
});

t.test(
  'whoever wants all calls ended is not told they were when FreeSWITCH was lost',
  async (t) => {
    const rig = await apiRig(t);
    const bjorn = rig.user('101');
    rig.lines.set(line(bjorn.id, call({ state: 'busy', legs: [leg('bbbbbbbb-3')] })));
    rig.said.set('uuid_kill', Buffer.alloc(0));
    const token = (await rig.token()).text;
    const answer = checked(t, rig.port, rig.routes)('post', '/v1/lines/101/hangup', { token });
    await eventually('a command', () =>
      rig.freeswitch.received.some((each) => each.includes('uuid_kill')) ? true : undefined,
    );
    rig.freeswitch.crash();
    t.equal(codeOf(await answer), 'freeswitch-away');
  },
);

t.test('wishes about calls become commands, or a refusal that says why', async (t) => {
  const rig = await apiRig(t);
  const ask = checked(t, rig.port, rig.routes);
  const [anna, bjorn] = [rig.user('100'), rig.user('101')];
  const service = (await rig.token()).text;
  const own = (await rig.token('100')).text;
  const desk = anna.devices.flatMap((each) => (each.kind === 'desk' ? [each] : []))[0];
  if (desk === undefined) throw new Error('no desk phone');
  const wish = async (path: string, body?: object, token = own) => {
    const answer = await ask('post', path, { token, body });
    return answer.status < 300 ? answer.status : codeOf(answer);
  };

  t.equal(await wish('/v1/calls', { to: '101' }), 'not-registered');
  rig.said.set(
    `sofia_contact vaxel/${desk.username}@anka.example`,
    `sofia/vaxel/sip:${desk.username}@192.0.2.1:5060`,
  );
  t.equal(await wish('/v1/calls', { to: '101' }), 202);
  t.equal(await wish('/v1/calls', { to: '101', as: '101' }), 'not-yours');
  t.equal(await wish('/v1/calls', { to: '101' }, service), 'whose');
  t.equal(await wish('/v1/calls', { to: '101', as: '100' }, service), 202);
  t.equal(await wish('/v1/calls', { to: '101', device: 'other' }), 'no-device');
  t.equal(await wish('/v1/calls', { to: '199' }), 'unknown-number');
  t.equal(await wish('/v1/calls', { to: '+46812345678' }), 'no-trunk');
  t.equal(await wish('/v1/calls', { to: '112' }), 202, 'an emergency call too');
  for (const to of [
    '',
    'x',
    '101 XML default',
    "101'",
    '${system(x)}',
    '101\napi shutdown',
    '&park()',
  ]) {
    t.match(await wish('/v1/calls', { to }), /^bad-/, to);
  }
  for (const body of [{}, { to: 101 }, { to: '101', more: true }, [], 'x'.repeat(2_000)]) {
    t.equal((await ask('post', '/v1/calls', { token: own, body })).status, 400);
  }

  rig.lines.set(
    line(bjorn.id, call({ state: 'busy', direction: 'out', legs: [leg('bbbbbbbb-1')] })),
  );
  t.equal(await wish('/v1/lines/101/pickup'), 'nothing-rings', 'S041: never an outgoing call');
  rig.lines.set(
    line(
      bjorn.id,
      call({
        legs: [leg('bbbbbbbb-2')],
        peer: leg('eeeeeeee-1'),
        with: { name: "O'Hara, $${x}", number: '+46701234567', user: undefined },
      }),
    ),
  );
  t.equal(await wish('/v1/lines/101/pickup', { device: desk.id, autoAnswer: true }), 202);
  t.equal(
    await wish('/v1/calls/bbbbbbbb-2/hangup'),
    'unknown-call',
    'another’s call is not one’s own',
  );
  t.equal(await wish('/v1/calls/bbbbbbbb-2/hangup', undefined, service), 204);

  const ended = async (token = service, extension = '101') => {
    const before = rig.freeswitch.received.length;
    const answer = await ask('post', `/v1/lines/${extension}/hangup`, { token });
    const commands = rig.freeswitch.received.slice(before);
    return [
      answer.status < 300 ? answer.body : codeOf(answer),
      ...commands.map((each) => each.slice(4)),
    ];
  };
  t.strictSame(await ended(own), ['not-yours'], 'a person ends their own calls only');
  rig.paid.set(bjorn.id, [leg('dddddddd-1'), leg('bbbbbbbb-3')]);
  rig.lines.set(
    line(
      bjorn.id,
      call({ state: 'busy', direction: 'out', legs: [leg('bbbbbbbb-3')] }),
      call({ state: 'busy', direction: 'out', legs: [leg('bbbbbbbb-4')] }),
    ),
  );
  rig.said.set('uuid_getvar bbbbbbbb-3', '_undef_');
  rig.said.set('uuid_getvar bbbbbbbb-4', 'true');
  const killed = (answer: readonly unknown[]) => [
    answer[0],
    ...answer.filter((each) => String(each).startsWith('uuid_kill')).sort(),
  ];
  t.strictSame(
    killed(await ended()),
    [{ calls: 2 }, 'uuid_kill bbbbbbbb-3 NORMAL_CLEARING', 'uuid_kill dddddddd-1 NORMAL_CLEARING'],
    'one that was forwarded at their cost is ended, each is once, and 112 goes on',
  );
  rig.said.set('uuid_kill bbbbbbbb-3', '-ERR No such channel!');
  t.match(await ended(), [{ calls: 1 }], 'what ended by itself meanwhile was not ended by us');
  rig.said.delete('uuid_kill bbbbbbbb-3');
  rig.paid.clear();
  rig.lines.set(line(bjorn.id));
  t.strictSame(await ended(), [{ calls: 0 }]);
  t.equal(await wish('/v1/lines/199/hangup', undefined, service), 'unknown-extension');
  t.strictSame(await ended(own, '200'), ['not-yours'], 'a team is nobody’s own');
  rig.paid.set(rig.user('200').id, [leg('dddddddd-2')]);
  t.strictSame(
    await ended(service, '200'),
    [{ calls: 1 }, 'uuid_kill dddddddd-2 NORMAL_CLEARING'],
    'and what leaves at its cost is ended as a person’s is',
  );

  for (const device of bjorn.devices) {
    if (device.kind === 'mobile') continue;
    const contact = `sofia/vaxel/sip:${device.username}@192.0.2.2:5060`;
    rig.said.set(`sofia_contact vaxel/${device.username}@anka.example`, contact);
  }
  rig.lines.set(line(anna.id, call({ state: 'busy' })));
  t.equal(await wish('/v1/calls/aaaaaaaa-1/resume'), 'wrong-state');
  t.equal(await wish('/v1/calls/aaaaaaaa-1/hold'), 204);
  t.equal(await wish('/v1/calls/aaaaaaaa-1/move', { device: desk.id }), 202);
  t.equal(await wish('/v1/calls/aaaaaaaa-1/transfer', { to: '112' }), 'emergency');
  t.equal(await wish('/v1/calls/aaaaaaaa-1/transfer', { to: '*98' }), 'unknown-number');
  t.equal(await wish('/v1/calls/aaaaaaaa-1/transfer', { to: '101' }), 204);
  rig.said.set(
    'valet_info',
    '<lots><lot name="anka.example"><extension uuid="cccccccc-1">1</extension></lot></lots>',
  );
  t.match((await ask('post', '/v1/calls/aaaaaaaa-1/park', { token: own })).body, { slot: 2 });
  t.match(
    (await ask('post', '/v1/calls/aaaaaaaa-1/park', { token: own })).body,
    { slot: 3 },
    'not the one given out',
  );
  t.equal(await wish('/v1/calls/aaaaaaaa-1/park', { slot: 1 }), 'slot-taken');
  t.match((await ask('get', '/v1/parked', { token: own })).body, { parked: [{ slot: 1 }] });
  t.equal(await wish('/v1/parked/1/pickup', {}), 202);
  t.equal(await wish('/v1/parked/4/pickup', {}), 'slot-empty');
  t.equal(await wish('/v1/parked/0/pickup', {}), 'bad-request');
  rig.lines.set(line(anna.id, call({ state: 'held' })));
  t.equal(await wish('/v1/calls/aaaaaaaa-1/resume'), 204);
  rig.lines.set(line(anna.id, call({ state: 'busy', peer: undefined })));
  t.equal(await wish('/v1/calls/aaaaaaaa-1/park'), 'nobody-there');
  rig.said.set('uuid_kill', '-ERR No such channel!');
  t.equal(await wish('/v1/calls/aaaaaaaa-1/hangup'), 'unknown-call', 'it has just ended');
  rig.away.value = true;
  t.equal(await wish('/v1/calls/aaaaaaaa-1/hangup'), 'freeswitch-away');
  t.equal((await ask('get', '/v1/parked', { token: own })).status, 503);

  const commands = rig.freeswitch.received;
  const originates = commands.filter((each) => each.startsWith('bgapi originate'));
  t.match(
    originates[0],
    /origination_caller_id_number=101,origination_caller_id_name='Björn Ek'.*\]sofia\/vaxel\/sip:\S+ 101 XML vaxel-clicked/,
  );
  t.match(
    originates.find((each) => each.includes('intercept:eeeeeeee-1')),
    /origination_caller_id_name='O Hara x',.*sip_auto_answer=true,intercept_unbridged_only=true}/,
  );
  t.match(
    originates.find((each) => each.includes('intercept(bbbbbbbb-1)')),
    /^((?!unbridged_only).)*$/m,
    'a move takes what is bridged',
  );
  t.ok(commands.includes('api uuid_kill bbbbbbbb-2 CALL_REJECTED'));
  t.match(
    commands.find((each) => each.startsWith('api hupall')),
    /^api hupall CALL_REJECTED originator \w+-\d$/,
    'so is one that has not said 180 yet',
  );
  t.ok(commands.includes('api uuid_hold aaaaaaaa-1'));
  t.ok(commands.includes('api uuid_hold off aaaaaaaa-1'));
  t.ok(commands.includes('api uuid_transfer bbbbbbbb-1 2 XML vaxel-park'));
  t.ok(
    commands.some((each) =>
      /^api uuid_setvar_multi bbbbbbbb-1 .*effective_caller_id_number=101/.test(each),
    ),
    'who was transferred is shown',
  );
  t.ok(commands.includes('api uuid_transfer bbbbbbbb-1 101 XML vaxel-plan'));
  t.strictSame(rig.bugs, []);
});

t.test('vaxel token gives, lists and takes access, and keeps no secret', async (t) => {
  const { call: run, json, open } = vaxel(t.testdir({}));
  await run(ANKA);
  await run(ANNA);
  const scope = ['--scope', 'lines:read', '--scope', 'events:read'];
  const { data } = await json('token', 'add', '--user', '100', ...scope);
  const text = String(data['token']);
  t.match(text, /^vxt_[0-9a-z]{13}_[\w-]{43}$/);
  await run(['token', 'add', '--service', 'Reception', '--scope', 'calls:write']);
  t.match((await json('token', 'list')).data, [
    { holder: { kind: 'user', extension: '100' }, scopes: ['lines:read', 'events:read'] },
    { holder: { kind: 'service', name: 'Reception' }, scopes: ['calls:write'] },
  ]);
  const db = open();
  t.notMatch(
    JSON.stringify(await db.selectFrom('api_token').selectAll().execute()),
    text.slice(18),
  );
  await db.destroy();
  for (const [code, ...line] of [
    ['unknown-scope', '--user', '100', '--scope', 'all'],
    ['unknown-user', '--user', '199', '--scope', 'lines:read'],
    ['bad-name', '--service', 'vaxel', '--scope', 'lines:read'],
    ['usage', '--scope', 'lines:read'],
    ['usage', '--user', '100', '--service', 'x', '--scope', 'lines:read'],
  ] as const) {
    t.match((await json('token', 'add', ...line)).data, { error: { code } }, line.join(' '));
  }
  const id = String(data['id']);
  t.match(await run(['token', 'remove', id]), { code: 0 });
  t.match((await json('token', 'remove', id)).data, { error: { code: 'unknown-token' } });
  await run(['user', 'remove', '100']);
  t.equal((await json('token', 'list')).data['length'], 1);
});

t.test('the command line has one token of its own, whose secret nobody keeps', async (t) => {
  const rig = await apiRig(t);
  const box = secretBox(Buffer.alloc(32, 1));
  const own = () => commandLineToken(rig.db, box, rig.anka.id, epochMs(1_795_000_000_000));
  const text = await own();
  t.equal(await own(), text);
  t.equal((await listApiTokens(rig.db, rig.anka.id)).length, 1);
  t.equal((await askPlainly(rig.port, 'get', '/v1/lines', { token: text })).status, 200);
});

t.test('the switchboard shows who is free, and nothing that steers a terminal', async (t) => {
  const board = createSwitchboard();
  const shown = (withWhom = true) => painted(board.lines(), 1_795_000_065_000, withWhom);
  const free = { extension: '101', name: 'Björn Ek', state: 'idle', reach: 'reachable' };
  const talks = {
    ...{ extension: '100', name: 'Anna \u001b[2JBerg', state: 'busy', reach: 'reachable' },
    since: 1_795_000_000_000,
    status: { activity: 'lunch', open: false },
    calls: [{ direction: 'in', with: { name: 'Cecilia', number: '102' } }],
  };
  t.equal(board.take('snapshot', { part: 1, parts: 1, lines: [free, talks] }), undefined);
  t.match(
    shown(),
    /^EXTENSION.*\n100 +Anna \\u001b\[2JBerg +busy +1:05 +lunch +← Cecilia 102\n101 +Björn Ek +free$/,
  );
  t.notMatch(shown(false), /Cecilia/);
  t.same(board.take('line', { ...free, reach: 'unknown' }), { ...free, reach: 'unknown' });
  t.match(shown(), /unknown$/);
  t.equal(board.take('line', { nonsense: 1 }), undefined);
  board.take('snapshot', { part: 1, parts: 1, lines: [free] });
  t.notMatch(shown(), /Anna/);
});

t.test('events are read however they are cut', async (t) => {
  const text = ': beat\n\nretry: 5\n\nid: a-1\nevent: line\ndata: {"å":1}\n\ndata: x\ndata: y\n\n';
  const wanted = eventStreamReader()(text);
  t.strictSame(wanted, [
    { id: 'a-1', event: 'line', data: '{"å":1}' },
    { id: undefined, event: 'message', data: 'x\ny' },
  ]);
  const read = eventStreamReader();
  t.strictSame(Array.from(text).flatMap(read), wanted);
});

t.test('no name reaches an originate command but as letters', async (t) => {
  const device = {
    kind: 'desk',
    id: 'd-1',
    label: 'Desk',
    username: '100-desk',
    user: 'u-100',
  } as const;
  const [contact] = readContacts('sofia/vaxel/sip:100-desk@192.0.2.1:5060');
  if (contact === undefined) throw new Error('no contact');
  const commandFor = (name: string, number: string) =>
    originateCommand({
      user: { id: 'u-100', domain: 'anka.example' },
      legs: [{ leg: leg('aaaaaaaa-1'), device, contact }],
      shown: { name, number },
      ringFor: 25,
      autoAnswer: false,
      then: { kind: 'take', leg: leg('bbbbbbbb-1') },
    });
  const shape = commandFor('N', '1').replaceAll(/name='N'|number=1,/g, '#');
  const any = fc.string({ unit: 'binary', maxLength: 80 });
  fc.assert(
    fc.property(any, any, (name, number) => {
      const command = commandFor(name, number);
      const without = command
        .replace(/name='[\p{L}\p{M}\p{N}.+ *#-]*'/u, '#')
        .replace(/number=([0-9*#+]+|anonymous),/, '#');
      return without === shape;
    }),
  );
  t.pass('for any name and number');
});
