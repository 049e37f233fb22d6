import { bootPolycom, bootYealink } from '../support/desk-phone.ts';
import { eventually } from '../support/eventually.ts';
import { liveTest } from '../support/live.ts';
import { watchLamp } from '../support/lamp.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { addCarrier, fillOffice, plugIn } from '../support/phones.ts';
import { answers, rings } from '../support/sip/behaviours.ts';
import { heardSpeech } from '../support/sip/hearing.ts';

liveTest('desk phones configure themselves', async (t, exchange) => {
  await fillOffice(exchange);
  const add = async (...argv: readonly string[]) =>
    (await exchange.vaxel('phone', 'add', ...argv)) as { readonly url: string };
  const annas = await add('0015651a2b3c', '--model', 'T46U', '--user', '100', '--key', '2=blf:101');
  const bjorns = await add(
    '64167f1a2b3c',
    '--model',
    'VVX 450',
    '--user',
    '101',
    '--key',
    '2=blf:100',
  );
  const yealink = await bootYealink(t, annas.url, '0015651a2b3c');
  const polycom = await bootPolycom(t, bjorns.url, '64167f1a2b3c');

  await t.test('both registered with exactly what their files say', async (t) => {
    const phones = (await exchange.vaxel('phone', 'list')) as readonly Record<string, unknown>[];
    t.match(phones, [
      { mac: '00:15:65:1a:2b:3c', registered: 1, extensions: ['100'] },
      { mac: '64:16:7f:1a:2b:3c', registered: 1, extensions: ['101'] },
    ]);
    t.strictSame(yealink.fetched, [
      ['GET', '0015651a2b3c.boot', 404],
      ['GET', 'y000000000000.boot', 404],
      ['GET', 'y000000000108.cfg', 200],
      ['GET', '0015651a2b3c.cfg', 200],
      ['GET', '0015651a2b3c-local.cfg', 404],
    ]);
  });

  await t.test('they call each other by extension', async (t) => {
    yealink.agent.onCall(rings);
    const call = await polycom.dial('100');
    const ringing = await yealink.agent.nextCall();
    t.equal(ringing.from.displayName, 'Björn Ek');
    await ringing.answer();
    t.equal((await call.answered()).status, 200);
    await call.hangup();
  });

  await t.test('the lamp of a BLF key follows a real call', async (t) => {
    const watched = (phone: typeof yealink, to = '') =>
      watchLamp({ sip: phone.account.registrar }, phone.agent, phone.account, to);
    const bjorn = await watched(yealink, yealink.parameters.get('linekey.2.value'));
    const address = polycom.parameters.get('attendant.resourceList.1.address') ?? '';
    const [to, domain] = address.split('@');
    t.equal(domain, polycom.account.domain);
    const anna = await watched(polycom, to);
    await Promise.all([anna.shows('off'), bjorn.shows('off')]);

    const cecilia = await plugIn(t, exchange, '102');
    yealink.agent.onCall(rings);
    polycom.agent.onCall(rings);
    for (const [extension, phone, key, other] of [
      ['100', yealink, anna, bjorn],
      ['101', polycom, bjorn, anna],
    ] as const) {
      const call = await cecilia.call(extension);
      const ringing = await phone.agent.nextCall();
      ringing.ring();
      await key.shows('ringing');
      await ringing.answer();
      await call.answered();
      await key.shows('busy');
      t.equal(other.lit(), 'off', 'and the other does not');
      await call.hangup();
      await key.shows('off');
      t.match(key.subscription.notifications.at(-1)?.body, /<state>terminated<\/state>/);
    }
  });

  await t.test('the voicemail key reaches the mailbox', async (t) => {
    const call = await yealink.dial(yealink.parameters.get('voice_mail.number.1') ?? '');
    t.equal((await call.answered()).status, 200);
    await call.hangup();
  });

  await t.test(
    'a resync is a NOTIFY in the vendor’s form, and the list shows the drift',
    async (t) => {
      await exchange.vaxel('phone', 'key', '0015651a2b3c', '--key', '3=speed:102');
      const drift = async () => {
        const all = (await exchange.vaxel('phone', 'list')) as readonly {
          readonly drift: string;
        }[];
        return all.map((phone) => phone.drift);
      };
      await eventually('drift', async () => (await drift())[0] === 'older');
      t.equal((await drift())[1], 'newest');
      t.match(await exchange.vaxel('phone', 'diff', '0015651a2b3c'), { reboots: false });

      t.match(await exchange.vaxel('phone', 'resync', '0015651a2b3c'), { reboot: false });
      const told = await yealink.agent.notified(({ event }) => event.startsWith('check-sync'));
      const events = told.request.headers.filter(({ name }) => name.toLowerCase() === 'event');
      t.match(events[0]?.value, /^check-sync;reboot=false$/);
      await yealink.fetchAgain();
      await eventually('no drift', async () => (await drift())[0] === 'newest');

      await exchange.vaxel('phone', 'reboot', '0015651a2b3c');
      t.ok(
        await yealink.agent.waitFor(
          ({ message, raw }) =>
            'method' in message && /^Event: check-sync;reboot=true\r$/m.test(raw.toString()),
          { withinMs: PATIENCE_MS, what: 'a NOTIFY that restarts' },
        ),
      );
    },
  );

  await t.test('a change reaches the phones it concerns by itself, and no other', async (t) => {
    const timesTold = (phone: typeof polycom) =>
      phone.agent.notifications.filter(({ event }) => event.startsWith('check-sync')).length;
    const annas = timesTold(yealink);
    t.equal(timesTold(polycom), 0, 'nothing of Anna’s phone concerned Björn’s');
    await exchange.vaxel('phone', 'key', '64167f1a2b3c', '--key', '3=speed:102');
    const told = await polycom.agent.notified(({ event }) => event === 'check-sync');
    t.equal(told.request.headers.find(({ name }) => name === 'Event')?.value, 'check-sync');
    await polycom.fetchAgain();
    t.equal(timesTold(yealink), annas);
  });
});

liveTest(
  'a new phone waits in the lobby until it is claimed',
  async (t, exchange) => {
    await fillOffice(exchange);
    const mac = '0015651a2b3c';
    const lobby = `http://127.0.0.1:${exchange.env['VAXEL_PROVISIONING_PORT'] ?? ''}/lobby/`;
    const guest = await bootYealink(t, lobby, mac);
    const shown = guest.parameters.get('account.1.display_name') ?? '';
    t.match(shown, /^Kod \d{3} \d{3}$/);
    const passwords = [...guest.parameters].filter(([name]) => name.includes('password'));
    const code = shown.replace(/\D/g, '');
    t.ok(
      passwords.length > 0 && passwords.every(([, value]) => value === code),
      'no secret of anybody',
    );

    const call = await guest.dial('100');
    t.equal((await call.answered()).status, 200, 'whatever it dials answers with the code');
    await heardSpeech(call);
    await call.hangup();

    const carrier = await addCarrier(t, exchange, 'carrier', 900);
    carrier.behave(answers());
    const emergency = await guest.dial('112');
    await emergency.answered();
    t.equal(carrier.seen.at(-1)?.dialled, '112', 'but for help');
    t.equal(carrier.seen.at(-1)?.from.user, '+46812345600', 'with the organisation’s number');
    await emergency.hangup();

    t.match(await exchange.vaxel('phone', 'claim', code, '--user', '101'), { extension: '101' });
    t.ok(await guest.agent.notified(({ event }) => event.startsWith('check-sync')));
    const claimed = await bootYealink(t, lobby, mac);
    t.equal(claimed.parameters.get('account.1.display_name'), 'Björn Ek');
    t.match(claimed.parameters.get('static.auto_provision.server.url'), /\/[0-9a-z]{26}\/$/);
    const second = await bootYealink(t, lobby, mac);
    t.match(second.parameters.get('account.1.display_name'), /^Kod/, 'the window was for once');
  },
  () => Promise.resolve({ VAXEL_PHONES_LOBBY: 'true' }),
);
