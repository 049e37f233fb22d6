import { asDialled } from '../support/codes.ts';
import { eventually } from '../support/eventually.ts';
import { liveTest } from '../support/live.ts';
import { addCarrier, fillOffice, plugIn } from '../support/phones.ts';
import { rings } from '../support/sip/behaviours.ts';

const vip = '+46701234569';
const blocked = '+46701234570';
const shown = '+46812345999';

liveTest('who calls is who the trunk is trusted to say', async (t, exchange) => {
  await fillOffice(exchange);
  const known = ['contact', 'add', '--for', '100'] as const;
  await exchange.vaxel(...known, 'Åsa Öberg', '--number', vip, '--vip');
  await exchange.vaxel(...known, 'Spam', '--number', blocked, '--block');
  const carrier = await addCarrier(t, exchange, 'first');
  const anna = await plugIn(t, exchange, '100');
  anna.agent.onCall(rings);
  await exchange.vaxel('activity', 'set', '100', 'lunch');
  const dial = (user: string, asserted?: string, headers: Readonly<Record<string, string>> = {}) =>
    carrier.call({
      ...{ to: '+46812345600', proxy: exchange.trunk, from: { user, displayName: '' } },
      headers: {
        ...headers,
        ...(asserted !== undefined && { 'P-Asserted-Identity': `<sip:${asserted}@127.0.0.1>` }),
      },
    });
  /** Her phone rings through the lunch; what it shows. */
  const rung = async (call: Awaited<ReturnType<typeof dial>>) => {
    const { from } = await anna.agent.nextCall();
    call.cancel();
    await call.ended();
    return from;
  };
  /** The caller is told of the lunch, and her phone does not ring. */
  const referred = async (call: Awaited<ReturnType<typeof dial>>) => {
    await call.answered();
    await call.hangup();
  };

  await t.test(
    'trusted as trunks usually are: From is shown, and lets nobody through',
    async (t) => {
      await exchange.vaxel('trunk', 'trust', 'first', 'asserted');
      await referred(await dial(vip));
      const { user, displayName } = await rung(await dial(shown, vip));
      t.equal(user, shown);
      t.equal(displayName, 'Åsa Öberg');
      t.equal(anna.agent.calls.length, 1);
    },
  );

  await t.test('who hides is let through by nobody, and kept out all the same', async (t) => {
    const hides = { Privacy: 'id' };
    await referred(await dial('anonymous', vip, hides));
    const kept = await dial('anonymous', blocked, hides);
    t.match(await kept.ended(), { kind: 'refused', status: 486 });
    t.match(await (await dial(blocked)).ended(), { kind: 'refused', status: 486 });
    t.equal(anna.agent.calls.length, 1);
  });

  await t.test(
    'Remote-Party-ID counts where the trunk says so, and nothing where it says nobody',
    async (t) => {
      const header = { 'Remote-Party-ID': `<sip:${vip}@127.0.0.1>;party=calling` };
      await referred(await dial(shown, undefined, header));
      await exchange.vaxel('trunk', 'trust', 'first', 'remote-party');
      t.equal((await rung(await dial(shown, undefined, header))).user, shown);
      await exchange.vaxel('trunk', 'trust', 'first', 'nobody');
      await referred(await dial(vip, vip));
      t.equal(anna.agent.calls.length, 2);
    },
  );

  await t.test('what somebody is shown is remembered, and a call may say otherwise', async (t) => {
    const shownTo = async (dialled: string) => {
      const before = carrier.seen.length;
      const call = await anna.call(dialled);
      await eventually('the call outside', () => carrier.seen.length > before);
      call.cancel();
      await call.ended();
      return carrier.seen.at(-1)?.from.user;
    };
    carrier.behave(rings);
    await exchange.vaxel(...known, 'Eva', '--number', '0701234571', '--show-as', 'hidden');
    t.equal(await shownTo('0701234572'), '+46812345600');
    t.equal(await shownTo('0701234571'), 'anonymous');
    const { id } = (await exchange.vaxel(
      ...['device', 'add', '100', '--kind', 'mobile', '--to', '0701234599'],
    )) as { readonly id: string };
    t.match(await exchange.vaxel('rule', 'set', '100', 'shown-number', 'mobile'), {
      error: { code: 'no-verified-mobile' },
    });
    await exchange.vaxel('device', 'verify', id);
    await exchange.vaxel('trunk', 'mobiles', 'first', 'yes');
    await exchange.vaxel('rule', 'set', '100', 'shown-number', 'mobile');
    t.equal(await shownTo('0701234572'), '+46701234599');
    t.equal(await shownTo(asDialled('*31#0701234572')), 'anonymous');
    await exchange.vaxel('trunk', 'mobiles', 'first', 'no');
    t.equal(await shownTo('0701234572'), '+46812345600', 'what the trunk does not take');
    await exchange.vaxel('device', 'remove', id);
  });

  await t.test('with the daemon dead it is the same', async (t) => {
    await exchange.vaxel('trunk', 'trust', 'first', 'asserted');
    const held = async (key: string) => exchange.esl.api(`hash select/vaxel/${key}`);
    await eventually('it told', async () => (await held('trust-127.0.0.1')) === 'asserted', 20_000);
    const daemon = await exchange.daemonPid();
    process.kill(exchange.pid, 'SIGSTOP');
    try {
      process.kill(daemon, 'SIGKILL');
      await eventually('dead daemon', async () => !(await exchange.isWhole()));
      await referred(await dial(vip));
      const kept = await dial('anonymous', blocked, { Privacy: 'id' });
      t.match(await kept.ended(), { kind: 'refused', status: 486 });
      await rung(await dial(shown, vip));
      t.equal(anna.agent.calls.length, 3);
    } finally {
      process.kill(exchange.pid, 'SIGCONT');
    }
  });
});
