import type { Test } from 'tap';
import type { FreeSwitchFacts } from '../../daemon/status.ts';
import { ask, listenTo, type Stream } from '../support/api-client.ts';
import { eventually } from '../support/eventually.ts';
import type { Exchange } from '../support/exchange.ts';
import { watchLamp } from '../support/lamp.ts';
import { liveTest } from '../support/live.ts';
import { fillOffice, type Phone, registerPhone } from '../support/phones.ts';
import { rings } from '../support/sip/behaviours.ts';
import { heard, silence } from '../support/sip/hearing.ts';

liveTest('what clients do with calls', async (t, exchange) => {
  await fillOffice(exchange);
  const desk = await plugIn(t, exchange, '100', 'desk', 500);
  const app = await plugIn(t, exchange, '100', 'app', 620);
  const bjorn = await plugIn(t, exchange, '101', 'desk', 440);
  const cecilia = await plugIn(t, exchange, '102', 'desk', 740);
  const phones = [desk, app, bjorn, cecilia];

  const all = ['lines:read', 'events:read', 'calls:write', 'statuses:write'].flatMap((each) => [
    '--scope',
    each,
  ]);
  const given = async (...of: string[]) =>
    ((await exchange.vaxel('token', 'add', ...of, ...all)) as { token: string }).token;
  const anna = await given('--user', '100');
  const stream = await listenTo(exchange.httpPort, anna);
  t.teardown(() => {
    stream.close();
  });
  const reception = await given('--service', 'Reception');
  const wish = async (path: string, body: object = {}, token = anna) => {
    const answer = await ask(exchange.httpPort, 'post', path, { token, body });
    return { status: answer.status, body: answer.body };
  };
  const state = (extension: string) => async () => {
    const { body } = await ask(exchange.httpPort, 'get', `/v1/lines/${extension}`, { token: anna });
    return body as { readonly state: string; readonly calls: readonly { readonly id: string }[] };
  };
  const isNow = (extension: string, wanted: string) =>
    eventually(`${extension} ${wanted}`, async () => {
      const line = await state(extension)();
      return line.state === wanted ? line : false;
    });
  const everybodyRings = () => {
    for (const { agent } of phones) agent.onCall(rings);
  };
  const allFree = async () => {
    for (const extension of ['100', '101', '102']) await isNow(extension, 'idle');
  };
  /** Björn calls Anna, who answers at her desk. */
  const bjornCallsAnna = async () => {
    everybodyRings();
    const call = await bjorn.call('100');
    const ringing = await desk.agent.nextCall();
    await app.agent.nextCall();
    await ringing.answer();
    await call.answered();
    await Promise.all([heard(call, 500), heard(ringing, 440)]);
    const { calls } = await isNow('100', 'busy');
    return { call, answered: ringing, id: calls[0]?.id ?? '' };
  };
  await isNow('100', 'idle');

  await t.test('click to dial rings one’s own phone first, then the other', async (t) => {
    everybodyRings();
    const began = await wish('/v1/calls', { to: '101', device: desk.account.id });
    t.match(began, { status: 202, body: { calls: [/^[0-9a-f-]{36}$/] } });
    const own = await desk.agent.nextCall();
    t.match(own.from, { user: '101', displayName: 'Björn Ek' }, 'it shows who will be called');
    t.equal(app.agent.calls.length, 0, 'the device that was named, and no other');
    t.equal(bjorn.agent.calls.length, 0, 'and not the other before it is answered');
    t.match(await isNow('100', 'busy'), { direction: 'out' }, 'nobody may pick it up');
    await own.answer();
    const theirs = await bjorn.agent.nextCall();
    t.match(theirs.from, { user: '100', displayName: 'Anna Berg' }, 'who sees who calls');
    await isNow('101', 'ringing');
    await theirs.answer();
    await Promise.all([heard(own, 440), heard(theirs, 500)]);
    const line = await isNow('100', 'busy');
    t.equal((await wish(`/v1/calls/${line.calls[0]?.id ?? ''}/hangup`)).status, 204);
    t.match(await own.ended(), { kind: 'bye', by: 'them' });
    t.match(await theirs.ended(), { kind: 'bye', by: 'them' });
    await allFree();
    t.strictSame(
      statesOf(stream, '101'),
      ['ringing', 'busy', 'idle'],
      'and the stream told it all',
    );
  });

  await t.test('S054: a call goes from desk to app, and the other side hears no gap', async (t) => {
    const { call, answered, id } = await bjornCallsAnna();
    const moved = await wish(`/v1/calls/${id}/move`, { device: app.account.id });
    t.equal(moved.status, 202);
    const onApp = await app.agent.nextCall();
    t.match(onApp.from, { user: '101', displayName: 'Björn Ek' });
    const first = call.media.heard.packets.length;
    await onApp.answer();
    await Promise.all([heard(call, 620), heard(onApp, 440)]);
    const gap = call.media.heard.longestGapMs(first);
    t.comment(`longest gap ${gap.toFixed(0)} ms`);
    t.ok(gap < 1_500, `gap of ${gap.toFixed(0)} ms`);
    t.equal(call.ending(), undefined, 'the other side was never let go');
    t.match(await answered.ended(), { by: 'them' }, 'the desk phone is free');
    const line = await isNow('100', 'busy');
    t.equal(line.calls.length, 1);
    await call.hangup();
    await onApp.ended();
    await allFree();
  });

  await t.test('S054: so does one that was called out', async (t) => {
    everybodyRings();
    const out = await desk.call('101');
    await (await bjorn.agent.nextCall()).answer();
    await out.answered();
    const theirs = bjorn.agent.calls.at(-1);
    if (theirs === undefined) throw new Error('no call');
    await Promise.all([heard(out, 440), heard(theirs, 500)]);
    const { calls } = await isNow('100', 'busy');
    await wish(`/v1/calls/${calls[0]?.id ?? ''}/move`, { device: app.account.id });
    const onApp = await app.agent.nextCall();
    const first = theirs.media.heard.packets.length;
    await onApp.answer();
    await Promise.all([heard(theirs, 620), heard(onApp, 440)]);
    t.ok(theirs.media.heard.longestGapMs(first) < 1_500);
    t.equal(theirs.ending(), undefined);
    await out.ended();
    await onApp.hangup();
    await theirs.ended();
    await allFree();
  });

  await t.test('a transfer takes the other side along, by name', async (t) => {
    const { call, answered, id } = await bjornCallsAnna();
    t.equal((await wish(`/v1/calls/${id}/transfer`, { to: '102' })).status, 204);
    const third = await cecilia.agent.nextCall();
    t.match(third.from, { user: '101', displayName: 'Björn Ek' }, 'who is transferred is shown');
    t.match(await answered.ended(), { by: 'them' });
    await third.answer();
    await Promise.all([heard(call, 740), heard(third, 440)]);
    await isNow('100', 'idle');
    await isNow('102', 'busy');
    await call.hangup();
    await third.ended();
    await allFree();
  });

  await t.test('hold lets the other side wait, and resume goes on', async (t) => {
    const { call, answered, id } = await bjornCallsAnna();
    t.equal((await wish(`/v1/calls/${id}/hold`)).status, 204);
    await isNow('100', 'held');
    await silence(call, 300);
    t.equal((await wish(`/v1/calls/${id}/hold`)).status, 409, 'twice is once');
    t.equal((await wish(`/v1/calls/${id}/resume`)).status, 204);
    await isNow('100', 'busy');
    await Promise.all([heard(call, 500), heard(answered, 440)]);
    await wish(`/v1/calls/${id}/hangup`);
    await call.ended();
    await allFree();
  });

  await t.test('a call is picked up where it rings, and only there', async (t) => {
    for (let round = 1; round <= 6; round += 1) {
      everybodyRings();
      // Every other time one telephone is slow: it has the call, and does not say yet that it rings.
      if (round % 2 === 0) app.agent.onCall(() => undefined);
      const call = await bjorn.call('100');
      const [one, other] = [await desk.agent.nextCall(), await app.agent.nextCall()];
      await isNow('100', 'ringing');
      const began = await wish('/v1/lines/100/pickup', { as: '102' }, reception);
      t.equal(began.status, 202);
      const taken = await cecilia.agent.nextCall();
      t.match(taken.from, { user: '101', displayName: 'Björn Ek' });
      await taken.answer();
      await Promise.all([heard(call, 740), heard(taken, 440)]);
      for (const each of [one, other]) {
        t.match(
          (await each.waitForCancel()).reasons.join(),
          /completed elsewhere/,
          'no missed call',
        );
      }
      t.equal((await wish('/v1/lines/100/pickup', { as: '102' }, reception)).status, 409);
      await call.hangup();
      await taken.ended();
      await allFree();
    }
  });

  await t.test('a parked call waits until somebody takes it, and a key shows it', async (t) => {
    const key = await watchLamp(exchange, bjorn.agent, bjorn.account, 'slot+1');
    await key.shows('off');
    const { call, answered, id } = await bjornCallsAnna();
    t.match(await wish(`/v1/calls/${id}/park`), { status: 200, body: { slot: 1 } });
    await answered.ended();
    const parked = async () =>
      (await ask(exchange.httpPort, 'get', '/v1/parked', { token: anna })).body;
    await eventually('parked call', async () =>
      JSON.stringify(await parked()).includes('"slot":1'),
    );
    t.equal(call.ending(), undefined);
    await key.shows('busy');
    t.equal((await wish('/v1/parked/1/pickup', { as: '102' }, reception)).status, 202);
    await (await cecilia.agent.nextCall()).answer();
    await heard(call, 740);
    await eventually('empty lot', async () => !JSON.stringify(await parked()).includes('1'));
    await key.shows('off');
    await call.hangup();
    await allFree();
  });

  await t.test('a call that rings is declined: its caller may leave a message', async (t) => {
    everybodyRings();
    const call = await bjorn.call('100');
    await desk.agent.nextCall();
    await app.agent.nextCall();
    const { calls } = await isNow('100', 'ringing');
    t.equal((await wish(`/v1/calls/${calls[0]?.id ?? ''}/hangup`)).status, 204);
    t.equal((await call.answered()).status, 200, 'the mailbox answers');
    await call.hangup();
    await allFree();
  });

  await t.test('a status holds for the next call, lights lamps and is told', async (t) => {
    const key = await watchLamp(exchange, bjorn.agent, bjorn.account, '100');
    await key.shows('off');
    everybodyRings();
    const status = (method: string, body?: object) =>
      ask(exchange.httpPort, method, '/v1/statuses/100', {
        token: anna,
        ...(body === undefined ? {} : { body }),
      });
    const rung = desk.agent.calls.length + app.agent.calls.length;
    t.match(await status('put', { activity: 'lunch', until: '+90m' }), {
      status: 200,
      body: { activity: 'Lunch', open: false, source: 'app' },
      headers: { etag: '"1"' },
    });
    const told = await stream.next('status', ({ event }) => event === 'status');
    t.match(told.data, { extension: '100', status: { activity: 'Lunch', open: false } });
    await key.shows('busy');
    const away = await bjorn.call('100');
    t.equal((await away.answered()).status, 200, 'the referral answers');
    await away.hangup();
    t.equal(desk.agent.calls.length + app.agent.calls.length, rung, 'and nothing rings');

    const entry = { from: Date.now(), until: Date.now() + 3_600_000, activity: 'möte' };
    const path = '/v1/statuses/100/calendar/live-1';
    const set = await ask(exchange.httpPort, 'put', path, { token: anna, body: entry });
    t.equal(set.status, 204);
    t.match((await status('get')).body, { activity: 'Lunch' }, 'by hand goes before the calendar');
    t.match((await status('delete')).body, { activity: 'Tillgänglig' });
    await key.shows('off');
    const call = await bjorn.call('100');
    await desk.agent.nextCall();
    call.cancel();
    await call.ended();
    await allFree();
  });

  await t.test('watch shows it in a pipe', async (t) => {
    const printed: string[] = [];
    const { commandsOf } = await import('../../cli/commands.ts');
    const { run } = await import('../../cli/run.ts');
    const stdout = { write: (text: string) => printed.push(text) };
    const watching = run(['watch', '--for', '6', '--with'], {
      commandsOf,
      env: exchange.env,
      stdout,
      stderr: stdout,
    });
    const open = async () => {
      const status = await fetch(`http://127.0.0.1:${exchange.httpPort}/v1/status`);
      return ((await status.json()) as { events: { clients: number } }).events.clients === 2;
    };
    await eventually('second client', open);
    everybodyRings();
    const call = await bjorn.call('102');
    await cecilia.agent.nextCall();
    await isNow('102', 'ringing');
    call.cancel();
    t.equal(await watching, 0);
    t.match(printed.join(''), /102 {2}Cecilia Dahl {2}ringing {2}0:00 {2}← Björn Ek 101\n/);
    t.match(printed.at(-1), /10[12] {2}\S+ \S+ {2}free\n/);
  });

  await t.test('all of it is measured', async (t) => {
    await allFree();
    const { body } = await ask(exchange.httpPort, 'get', '/metrics');
    const value = (name: string) => {
      const [, said] = new RegExp(`^${name} (.*)$`, 'm').exec(String(body)) ?? [];
      return Number(said);
    };
    t.ok(value('vaxel_calls_total{direction="internal",outcome="ring"}') >= 5);
    t.ok(value('vaxel_call_decision_seconds_bucket{le="3"}') >= 5);
    t.ok(value('vaxel_legs_ended_total{direction="in",cause="NORMAL_CLEARING"}') >= 5);
    t.ok(value('vaxel_events_total{kind="leg-answered"}') >= 10);
    t.ok(value('vaxel_esl_command_seconds_count{command="bgapi originate"}') >= 1);
    t.equal(value('vaxel_registrations'), 4);
    t.strictSame([value('vaxel_calls_active'), value('vaxel_legs_active')], [0, 0]);
    t.equal(value('vaxel_api_clients'), 1);
    t.equal(value('vaxel_esl_connected{link="events"}'), 1);
    t.match(await ask(exchange.httpPort, 'get', '/readyz'), { status: 200, body: { ok: true } });
    const { body: facts } = await ask(exchange.httpPort, 'get', '/v1/freeswitch');
    t.match(facts, { limits: { sessions: 5_000, perSecond: 1_000 }, missingModules: [] });
    const { now, limits } = facts as FreeSwitchFacts;
    t.ok(Math.abs(now - Date.now()) < 5_000, 'its clock is ours');
    t.ok(limits.peak >= 2, 'and so many stood at once');
  });
});

/** The states a stream told of one person, each once. */
function statesOf(stream: Stream, extension: string): readonly string[] {
  const states = stream.events
    .filter(({ event, data }) => event === 'line' && data['extension'] === extension)
    .map(({ data }) => String(data['state']));
  return states.filter((state, at) => state !== states[at - 1] && (at > 0 || state !== 'idle'));
}

async function plugIn(
  t: Test,
  exchange: Exchange,
  extension: string,
  kind: 'app' | 'desk',
  toneHz: number,
): Promise<Phone> {
  return registerPhone(t, exchange, await exchange.addDevice(extension, kind), toneHz);
}
