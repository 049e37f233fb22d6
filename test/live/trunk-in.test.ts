import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { heard, heardSpeech } from '../support/sip/hearing.ts';
import { header, headerText } from '../support/sip/message.ts';
import { createAgent } from '../support/sip/agent.ts';
import { RefusedError } from '../support/sip/exchange.ts';
import { press } from '../support/caller.ts';
import { eventually } from '../support/eventually.ts';
import { foundBy } from '../support/fail2ban.ts';
import { liveTest } from '../support/live.ts';
import { listenToMailboxes } from '../support/mailbox-events.ts';
import { addCarrier, fillOffice, plugIn } from '../support/phones.ts';
import { answers, refuses, rings } from '../support/sip/behaviours.ts';

/** What a caller may call himself, and how a person reads it on the phone. */
const NAMES: readonly (readonly [sent: string | Buffer, seen: string])[] = [
  [`O'Brien, Åsa & Co`, `O'Brien, Åsa & Co`],
  ['a^b,c;d|e[x]{y}', 'a^b,c;d|e[x]{y}'],
  ['Anna 🦆 Berg', 'Anna 🦆 Berg'],
  [Buffer.from('Åsa Öberg', 'latin1'), 'Åsa Öberg'],
  ['$${domain}', '{domain}'],
  ['${caller_id_number}', '{caller_id_number}'],
];

liveTest('calls from outside', async (t, exchange) => {
  await fillOffice(exchange);
  const first = await addCarrier(t, exchange, 'first');
  const second = await addCarrier(t, exchange, 'second');
  const anna = await plugIn(t, exchange, '100', 500);
  anna.agent.onCall(rings);
  const dial = (to: string, user = '+46701234568', displayName = 'Åsa Öberg') =>
    first.call({ to, proxy: exchange.trunk, from: { user, displayName } });

  await t.test('S003: a number of ours rings its owner in every spelling', async (t) => {
    for (const spelling of ['0812345600', '46812345600', '+46812345600', '0046812345600']) {
      const call = await dial(spelling);
      const ringing = await anna.agent.nextCall();
      t.equal(ringing.from.user, '+46701234568', `${spelling}: the number arrives`);
      t.equal(ringing.from.displayName, 'Åsa Öberg', `${spelling}: and the name`);
      await ringing.answer();
      await call.answered();
      await Promise.all([heard(call, 500), heard(ringing, 900)]);
      await call.hangup();
      t.match(await ringing.ended(), { kind: 'bye', by: 'them' });
    }
  });

  await t.test('a hidden caller stays hidden', async (t) => {
    const call = await first.call({
      to: '+46812345600',
      proxy: exchange.trunk,
      from: { user: '+46701234568', displayName: 'Åsa Öberg' },
      headers: { Privacy: 'id', 'P-Asserted-Identity': '<sip:+46701234568@127.0.0.1>' },
    });
    const { invite, from } = await anna.agent.nextCall();
    const told = invite.headers.map(({ bytes }) => bytes.toString('latin1')).join('\n');
    t.notMatch(told, /701234568/, 'the number is nowhere in what the phone gets');
    t.notMatch(told, /berg/, 'nor the name');
    t.match(from.displayName, /anonymous/i);
    await call.hangup();
  });

  const evil = (file: string) => `\${system(touch ${join(exchange.state, file)})}`;
  await exchange.vaxel('user', 'add', '103', '--name', evil('by-user'));
  const stranger = await plugIn(t, exchange, '103', 440);

  const ringsAs = async (displayName: string | Buffer) => {
    const call = await first.call({
      to: '+46812345600',
      proxy: exchange.trunk,
      from: { user: '+46701111111', displayName },
    });
    const ringing = await anna.agent.nextCall();
    await call.ringing();
    const shown = ringing.from;
    call.cancel();
    await ringing.waitForCancel();
    return shown;
  };

  for (const [sent, seen] of NAMES) {
    await t.test(`from the network: ${seen}`, async (t) => {
      t.match(await ringsAs(sent), { displayName: seen, user: '+46701111111' });
    });
  }

  await t.test('a name that is a command is not run, whoever has it', async (t) => {
    t.notMatch((await ringsAs(evil('by-caller'))).displayName, /\$/);
    const call = await stranger.call('100');
    const ringing = await anna.agent.nextCall();
    t.match(ringing.from, { user: '103' });
    t.notMatch(ringing.from.displayName, /\$/);
    call.cancel();
    await ringing.waitForCancel();
  });

  await t.test('nor what is dialled', async (t) => {
    const call = await stranger.call(encodeURIComponent(evil('by-number')));
    t.match(await call.ended(), { kind: 'refused', status: 404 });
  });

  for (const file of ['by-user', 'by-caller', 'by-number']) {
    t.notOk(existsSync(join(exchange.state, file)), `${file} was not made`);
  }

  await t.test(
    'who is not here is refused with a spoken reason, and never led out again',
    async (t) => {
      for (const stranger of ['+46812345699', '100', '0701234567', '*98', '112', '%24%7Bx%7D']) {
        const call = await dial(stranger);
        if (/^\+?\d{4,}$/.test(stranger)) {
          await call.earlyMedia();
          await heardSpeech(call);
        }
        t.match(await call.ended(), { kind: 'refused', status: 404 }, stranger);
      }
      t.equal(first.seen.length, 0, 'nothing came back to the trunk');
    },
  );

  await t.test('one’s own voicemail from outside: *, the PIN, and it is open', async (t) => {
    await exchange.vaxel('user', 'pin', '101', '--pin', '8305');
    const mailboxes = await listenToMailboxes(exchange);
    t.teardown(() => {
      mailboxes.close();
    });
    const call = await dial('+46812345601');
    await call.answered();
    await mailboxes.prompt('sv/greeting', 0);
    await press(call, '*');
    await mailboxes.prompt('sv/enter-pin', 0);
    await press(call, '8305#');
    t.equal((await mailboxes.done('authentication', '101'))['VM-Auth-Result'], 'success');
    await call.hangup();
  });

  await t.test(
    'who is not a trunk is not heard at the trunks’ port, and that is logged',
    async (t) => {
      const stranger = await createAgent({ bind: '127.0.0.2' });
      t.teardown(() => stranger.close());
      const call = await stranger.call({ to: '+46812345600', proxy: exchange.trunk });
      t.match(await call.ended(), { kind: 'refused', status: 403 });
      await eventually('line for fail2ban', () =>
        /\[WARNING\].*IP 127\.0\.0\.2 Rejected by acl "vaxel-trunks"/.test(
          exchange.freeswitchLog(),
        ),
      );
      t.pass('logged with the address');
    },
  );

  await t.test('nobody calls or registers without the password', async (t) => {
    const stranger = await createAgent({ bind: '127.0.0.2' });
    t.teardown(() => stranger.close());
    const { domain } = exchange;
    const { username } = anna.account;
    const wrong = { username, password: 'guessed' };
    const invite = (auth?: typeof wrong, user = username) =>
      stranger.call({
        to: '0701234567',
        domain,
        proxy: exchange.sip,
        from: { user },
        ...(auth === undefined ? {} : { auth }),
      });
    t.match(
      await (await invite()).ended(),
      { kind: 'refused', status: 407 },
      'a call is challenged',
    );
    t.match(await (await invite(wrong)).ended(), { kind: 'refused', status: 403 });
    const nobody = { username: 'nobody', password: 'guessed' };
    t.match(await (await invite(nobody, 'nobody')).ended(), { kind: 'refused', status: 403 });

    const statusOf = async (username: string, password: string) => {
      const at = { domain, registrar: exchange.sip, username, password };
      const said = await stranger.register(at).catch((error: unknown) => error);
      return said instanceof RefusedError ? said.status : said;
    };
    t.equal(await statusOf(username, 'guessed'), 403, 'a wrong password does not register');
    for (const empty of ['', 'none', 'x']) {
      t.equal(await statusOf('100', empty), 403, `nor does the person, with “${empty}”`);
    }
    const challenge = await stranger.ask({
      destination: exchange.sip,
      build: () => ({
        kind: 'request',
        method: 'REGISTER',
        uri: `sip:${domain}`,
        headers: [
          header('Via', `SIP/2.0/UDP 127.0.0.2:${stranger.local.port};branch=z9hG4bK-bare`),
          header('Max-Forwards', '70'),
          header('From', `<sip:${username}@${domain}>;tag=bare`),
          header('To', `<sip:${username}@${domain}>`),
          header('Call-ID', 'bare'),
          header('CSeq', '1 REGISTER'),
          header('Contact', `<sip:${username}@127.0.0.2:${stranger.local.port}>`),
        ],
        body: Buffer.alloc(0),
      }),
    });
    t.equal(challenge.status, 401);
    t.match(headerText(challenge, 'WWW-Authenticate'), /^Digest .*nonce=/);

    const failure = (method: string) =>
      new RegExp(`SIP auth failure \\(${method}\\).* from ip 127\\.0\\.0\\.2`);
    for (const method of ['INVITE', 'REGISTER']) {
      await eventually(`line for fail2ban, ${method}`, () =>
        failure(method).test(exchange.freeswitchLog()),
      );
    }
    await eventually('six of them counted, for the alert', async () => {
      const metrics = await fetch(`http://127.0.0.1:${exchange.httpPort}/metrics`);
      return (await metrics.text()).includes('vaxel_auth_failures_total{kind="sip-password"} 6');
    });
    t.equal(first.seen.length, 0, 'no call went out');
    const log = exchange.freeswitchLog().split('\n');
    const found = foundBy(t, 'vaxel-sip', log, exchange.state);
    t.ok(found.length >= 5, `${found.length} lines for fail2ban`);
    t.strictSame(new Set(found), new Set(['127.0.0.2']), 'all of them the stranger’s');
    const asked = log.filter((line) => line.includes('SIP auth challenge'));
    t.ok(asked.length > 0, 'who was only asked is there, and is not among them');
    t.strictSame(foundBy(t, 'vaxel-sip', asked, exchange.state), []);
  });

  await t.test('a call that was sent out by us before is not sent out again', async (t) => {
    const forward = ['forward', 'set', '101', '--when', 'always', '--to', '0703333333'];
    await exchange.vaxel(...forward);
    first.behave(answers());
    const sentOn = async (...diversion: readonly string[]) => {
      const call = await first.call({
        to: '+46812345601',
        proxy: exchange.trunk,
        from: { user: '+46701234568' },
        headers: { Diversion: diversion },
      });
      await call.answered();
      await call.hangup();
      return first.seen.length;
    };
    t.equal(await sentOn('<sip:+46709999999@carrier.example>;reason=no-answer'), 1);
    t.strictSame(first.seen.at(-1)?.diversion, [
      '<sip:+46812345601@invalid>;reason=unconditional;counter=2',
    ]);
    const ours = '<sip:+46812345601@invalid>;reason=unconditional';
    const others = '<sip:+46709999999@carrier.example>;reason=no-answer';
    for (const way of [[ours], [ours, others], [others, ours], [`${others};counter=5`]]) {
      t.equal(await sentOn(...way), 1, way.join(', '));
    }
    first.behave(refuses(503));
    second.behave(answers());
    t.equal(await sentOn(), 2);
    t.match(second.seen.at(-1)?.diversion, [/^<sip:\+46812345601@/], 'the next trunk takes it');
  });
});
