import { join } from 'node:path';
import { ask } from '../support/api-client.ts';
import { answers, type Behaviour, refuses, rings } from '../support/sip/behaviours.ts';
import { RefusedError } from '../support/sip/exchange.ts';
import { heard, silence } from '../support/sip/hearing.ts';
import { heardFile } from '../support/sip/spoken.ts';
import { asDialled } from '../support/codes.ts';
import { eventually } from '../support/eventually.ts';
import { liveTest } from '../support/live.ts';
import { addCarrier, fillOffice, plugIn } from '../support/phones.ts';

/** What leads to help, as people, phones and habits have it. */
const EMERGENCY = ['112', '90000', '0112', '00112', '+46112', '0046112'];

liveTest('calls to the public network', async (t, exchange) => {
  await fillOffice(exchange);
  const first = await addCarrier(t, exchange, 'first', 900);
  const second = await addCarrier(t, exchange, 'second', 1_000);
  const anna = await plugIn(t, exchange, '100', 500);
  const bjorn = await plugIn(t, exchange, '101', 620);
  const cecilia = await plugIn(t, exchange, '102', 740);
  const newest = (carrier = first) => carrier.seen.at(-1);

  await t.test(
    'a number in any spelling leaves as +46…, from the number of the caller',
    async (t) => {
      first.behave(answers());
      const spellings = ['0701234568', '+46701234568', '0046701234568', '070-123%2045%2068'];
      for (const spelling of [...spellings, '+46%20(0)70-123.45.68']) {
        const call = await anna.call(spelling);
        await call.answered();
        t.equal(newest()?.dialled, '+46701234568', `${spelling} is made whole`);
        t.equal(newest()?.from.user, '+46812345600', 'From is the number of Anna');
        t.equal(newest()?.assertedIdentity?.user, '+46812345600', 'so is the asserted identity');
        t.notMatch(newest()?.from.displayName, /Anna/, 'the name stays inside');
        if (spelling === '0701234568') await heard(call, 900);
        await call.hangup();
      }
      t.equal(second.seen.length, 0, 'the second trunk is not asked while the first works');
    },
  );

  await t.test('a colleague’s whole number stays inside', async (t) => {
    const before = first.seen.length;
    bjorn.agent.onCall(rings);
    const call = await anna.call('0812345601');
    const ringing = await bjorn.agent.nextCall();
    t.equal(ringing.from.user, '100', 'Björn sees the extension of Anna');
    await call.hangup();
    await ringing.ended();
    t.equal(first.seen.length + second.seen.length, before, 'no trunk was asked');
  });

  await t.test('a trunk that fails is left for the next', async (t) => {
    second.behave(answers());
    for (const status of [503, 500, 403]) {
      first.behave(refuses(status));
      const before = second.seen.length;
      const call = await anna.call('0701234568');
      await call.answered();
      t.equal(second.seen.length, before + 1, `${status}: the second trunk takes the call`);
      t.equal(newest(second)?.from.user, '+46812345600', 'from the same number');
      await heard(call, 1_000);
      await call.hangup();
    }
  });

  await t.test('a busy number is busy, and is not asked for twice', async (t) => {
    for (const status of [486, 480, 404, 603]) {
      first.behave(refuses(status));
      const before = second.seen.length;
      const call = await anna.call('0701234568');
      t.match(await call.ended(), { kind: 'refused', status }, 'the caller is told so');
      t.equal(second.seen.length, before, `${status}: the second trunk is not asked`);
    }
  });

  await t.test('a mobile rings with the desk, and only a key press answers it', async (t) => {
    first.behave(answers());
    const added = await exchange.vaxel(
      ...['device', 'add', '102', '--kind', 'mobile', '--to', '+46701234570'],
    );
    t.match(added, { to: '+46701234570' });
    cecilia.agent.onCall(rings);

    const call = await bjorn.call('102');
    const desk = await cecilia.agent.nextCall();
    const seen = await eventually('call to the mobile', () =>
      newest()?.dialled === '+46701234570' ? newest() : undefined,
    );
    t.equal(seen.from.user, '+46812345601', 'the mobile is shown the whole number of Björn');
    await seen.call.acknowledged();
    await silence(call, 1_500);
    t.equal(call.finalResponse(), undefined, 'the operator’s voicemail has answered, Björn waits');
    t.equal(desk.ending(), undefined, 'and the desk rings on');

    await seen.call.media.dtmf('1');
    await call.answered();
    await Promise.all([heard(call, 900), heard(seen.call, 620)]);
    t.match((await desk.waitForCancel()).reasons.join(), /Call completed elsewhere/);
    await call.hangup();
    await seen.call.ended();

    const again = await bjorn.call('102');
    const deskAgain = await cecilia.agent.nextCall();
    await deskAgain.answer();
    await again.answered();
    await heard(again, 740);
    await newest()?.call.ended();
    await again.hangup();
  });

  await t.test('a dead trunk is left for the next', async (t) => {
    first.mute('INVITE');
    const before = second.seen.length;
    const call = await anna.call('0701234568');
    await call.answered();
    t.equal(second.seen.length, before + 1, 'the second trunk takes the call');
    await call.hangup();
    first.mute('nothing');
  });

  async function emergency(how: string) {
    await t.test(`112, ${how}: every spelling goes to the first trunk`, async (t) => {
      first.behave(answers());
      const before = second.seen.length;
      for (const spelling of EMERGENCY) {
        const asked = first.seen.length;
        const call = await anna.call(spelling);
        await call.answered();
        t.match(
          first.seen.slice(asked),
          [{ dialled: '112', from: { user: '+46812345600' } }],
          `${spelling}, with the number of Anna`,
        );
        await call.hangup();
      }
      t.equal(second.seen.length, before);
    });

    await t.test(`112, ${how}: the number is shown, whatever the phone asks for`, async (t) => {
      first.behave(answers());
      const call = await anna.call('112', {
        from: { user: anna.account.username, displayName: 'Anonymous' },
        headers: { Privacy: 'id' },
      });
      await call.answered();
      const seen = first.seen.at(-1);
      t.equal(seen?.from.user, '+46812345600');
      t.equal(seen?.assertedIdentity?.user, '+46812345600');
      t.notMatch(seen?.privacy, /id|full|user/, 'no privacy is asked for');
      await call.hangup();

      const other = await cecilia.call('112');
      await other.answered();
      t.equal(
        first.seen.at(-1)?.from.user,
        '+46812345600',
        'who has none shows the organisation’s',
      );
      await other.hangup();
    });

    await t.test(`112, ${how}: a trunk that fails is left for the next`, async (t) => {
      second.behave(answers());
      for (const status of [503, 408, 403]) {
        first.behave(refuses(status));
        const call = await anna.call('112');
        await call.answered();
        t.equal(second.seen.at(-1)?.dialled, '112', `after ${status}`);
        t.equal(second.seen.at(-1)?.from.user, '+46812345600');
        await heard(call, 1_000);
        await call.hangup();
      }
      first.mute('INVITE');
      const asked = second.seen.length;
      const call = await anna.call('112');
      await call.answered();
      t.equal(second.seen.length, asked + 1, 'after one that is dead');
      await call.hangup();
      first.mute('nothing');
    });
  }

  // Björn shows the organisation's number, Cecilia none.
  await exchange.vaxel('rule', 'set', '101', 'shown-number', 'main');
  await exchange.vaxel('rule', 'set', '102', 'shown-number', 'hidden');

  async function shownNumber(how: string) {
    await t.test(`S028, ${how}: each shows the number they chose, or none`, async (t) => {
      first.behave(answers());
      const hidden = {
        dialled: '+46701234568',
        from: { displayName: 'Anonymous', uri: 'sip:anonymous@anonymous.invalid' },
        assertedIdentity: { user: '+46812345600' },
        privacy: 'id',
      };
      const shown = { dialled: '+46701234568', from: { user: '+46812345600' }, privacy: 'none' };
      for (const [phone, dialled, seen] of [
        [anna, '0701234568', shown],
        [bjorn, '0701234568', shown],
        [cecilia, '0701234568', hidden],
        [anna, '*31#0701234568', hidden],
        [anna, '*31*+46701234568', hidden],
        [cecilia, '#31#0701234568', shown],
        [anna, '#31#0701234568', hidden],
        [cecilia, '*31#112', { dialled: '112', from: { user: '+46812345600' } }],
      ] as const) {
        const call = await phone.call(asDialled(dialled));
        await call.answered();
        t.match(newest(), seen, `${phone.account.username} ${dialled}`);
        if (seen === hidden) {
          const { invite } = newest()?.call ?? {};
          const told = invite?.headers.filter(({ value }) => value.includes('812345600')) ?? [];
          t.strictSame(
            told.map(({ name }) => name),
            ['P-Asserted-Identity'],
            'the number is for the carrier alone',
          );
        }
        await call.hangup();
      }
    });
  }

  await shownNumber('daemon alive');
  await emergency('daemon alive');
  const daemon = await exchange.daemonPid();
  process.kill(daemon, 'SIGSTOP');
  try {
    await emergency('daemon hung');
    await shownNumber('daemon hung');
  } finally {
    process.kill(daemon, 'SIGCONT');
  }
  for (const extension of ['101', '102']) await exchange.vaxel('rule', 'clear', extension);

  await t.test('toll fraud: who may not call abroad hears so, from the next call on', async (t) => {
    first.behave(answers());
    const before = first.seen.length + second.seen.length;
    const dialled = '+4722123456';
    const abroad = await anna.call(dialled);
    await abroad.answered();
    t.equal(newest()?.dialled, dialled);
    await exchange.vaxel('rule', 'set', '100', 'calls-out-at-once', '1');
    t.match(await (await anna.call('0701234568')).ended(), { kind: 'refused', status: 403 });
    await abroad.hangup();
    await exchange.vaxel('rule', 'set', '100', 'calls-out', 'domestic');
    const refused = await anna.call(dialled);
    await heardFile(refused, join(exchange.state, 'prompts', 'sv', 'refuse-not-allowed.wav'));
    t.match(await refused.ended(), { kind: 'refused', status: 403 });
    t.equal(first.seen.length + second.seen.length, before + 1, 'no trunk was asked again');
    const home = await anna.call('0701234568');
    await home.answered();
    await home.hangup();
    await exchange.vaxel('rule', 'clear', '100');
  });

  await t.test('toll fraud: whoever is stopped speaks no longer, nor at whose cost', async (t) => {
    first.behave(answers());
    await exchange.vaxel('forward', 'set', '101', '--when', 'always', '--to', '+4722123456');
    const forwarded = await cecilia.call('101');
    const [own, help] = [await bjorn.call('0701234568'), await bjorn.call('112')];
    const another = await anna.call('0701234568');
    for (const call of [forwarded, own, help, another]) await call.answered();
    const access = ['--user', '101', '--scope', 'calls:write'];
    const { token } = (await exchange.vaxel('token', 'add', ...access)) as { token: string };
    bjorn.agent.onCall(answers());
    await ask(exchange.httpPort, 'post', '/v1/calls', { token, body: { to: '112' } });
    const clicked = await bjorn.agent.nextCall();
    await heard(clicked, 900);
    t.strictSame(await exchange.vaxel('hangup', '101'), { calls: 2 });
    for (const call of [forwarded, own]) t.match(await call.ended(), { kind: 'bye', by: 'them' });
    t.equal(help.ending(), undefined, 'who called for help goes on');
    t.equal(clicked.ending(), undefined, 'and clicked for it');
    t.equal(another.ending(), undefined, 'and so does everybody else');
    for (const call of [help, clicked, another]) await call.hangup();
    t.strictSame(await exchange.vaxel('hangup', '101'), { calls: 0 });
    bjorn.agent.onCall(rings);
    await exchange.vaxel('forward', 'clear', '101', '--when', 'always');
  });

  await t.test('112, every trunk is held for dead: it is tried all the same', async (t) => {
    const status = (name: string) => exchange.esl.api(`sofia status gateway ${name}`);
    for (const trunk of [first, second]) trunk.mute('OPTIONS');
    await eventually(
      'fall of both trunks',
      async () =>
        (await Promise.all(['first', 'second'].map(status))).every((said) =>
          /Status\s+DOWN/.test(said),
        ),
      120_000,
    );
    first.behave(answers());
    const call = await anna.call('112');
    await call.answered();
    t.equal(first.seen.at(-1)?.dialled, '112');
    t.equal(first.seen.at(-1)?.from.user, '+46812345600');
    t.match(await status('first'), /Status\s+DOWN/, 'FreeSWITCH thinks so still');
    await call.hangup();
    for (const trunk of [first, second]) trunk.mute('nothing');
    await eventually(
      'return of both trunks',
      async () =>
        (await Promise.all(['first', 'second'].map(status))).every((said) =>
          /Status\s+UP/.test(said),
        ),
      40_000,
    );
  });

  await t.test('112, no trunk takes it: the caller hears so', async (t) => {
    const asksWho: Behaviour = (call) => {
      if (call.header('Proxy-Authorization') !== '') call.reject(503);
      else call.reject(407, { 'Proxy-Authenticate': 'Digest realm="carrier", nonce="8f2c"' });
    };
    first.behave(asksWho);
    second.behave(asksWho);
    const asked = first.seen.length;
    const call = await anna.call('112');
    await call.earlyMedia();
    t.match(await call.ended(), { kind: 'refused', status: 503 });
    const tries = first.seen
      .slice(asked)
      .filter((seen) => seen.call.header('Proxy-Authorization') !== '');
    t.equal(tries.length, 2, 'each trunk was tried twice, once without asking whether it is up');
    for (const { uri, from, assertedIdentity, call } of tries) {
      t.match(call.header('Proxy-Authorization'), /username="first"/);
      t.equal(uri, tries[0]?.uri);
      t.equal(from.user, '+46812345600');
      t.equal(assertedIdentity?.user, '+46812345600');
    }
  });

  await t.test('a removed trunk ends, a removed device ends, an old password is old', async (t) => {
    await exchange.vaxel('trunk', 'remove', 'first');
    const gateways = () => exchange.esl.api('sofia status gateway');
    await eventually('end of the gateway', async () => !(await gateways()).includes('first'));
    t.match(await gateways(), /second/);
    first.behave(rings);
    second.behave(answers());
    const before = first.seen.length;
    const call = await anna.call('0701234568');
    await call.answered();
    t.equal(first.seen.length, before, 'the removed trunk hears no more calls');
    await call.hangup();
    const callIn = await first.call({ to: '+46812345601', proxy: exchange.trunk });
    await callIn.ringing();
    await callIn.hangup();

    const again = { registrar: exchange.sip, ...bjorn.account };
    const statusOf = async (password: string) => {
      const said = await bjorn.agent
        .register({ ...again, password })
        .catch((error: unknown) => error);
      return said instanceof RefusedError ? said.status : 200;
    };
    const { password } = (await exchange.vaxel('device', 'rotate', bjorn.account.id)) as {
      password: string;
    };
    t.equal(await statusOf(bjorn.account.password), 403, 'the old password is refused');
    t.equal(await statusOf(password), 200, 'the new one is not');

    const registered = () => exchange.esl.api('sofia status profile vaxel reg');
    t.match(await registered(), bjorn.account.username);
    await exchange.vaxel('device', 'remove', bjorn.account.id);
    await eventually('end of the registration', async () =>
      (await registered()).includes(bjorn.account.username) ? undefined : true,
    );
    t.equal(await statusOf(password), 403, 'a removed device registers no more');
  });
});
