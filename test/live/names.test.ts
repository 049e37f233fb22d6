import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { rings } from '../support/sip/behaviours.ts';
import { liveTest } from '../support/live.ts';
import { addCarrier, plugIn } from '../support/phones.ts';

/** What a caller may call himself, and how a person reads it on the phone. */
const NAMES: readonly (readonly [sent: string | Buffer, seen: string])[] = [
  [`O'Brien, Åsa & Co`, `O'Brien, Åsa & Co`],
  ['a^b,c;d|e[x]{y}', 'a^b,c;d|e[x]{y}'],
  ['Anna 🦆 Berg', 'Anna 🦆 Berg'],
  [Buffer.from('Åsa Öberg', 'latin1'), 'Åsa Öberg'],
  ['$${domain}', '{domain}'],
  ['${caller_id_number}', '{caller_id_number}'],
];

liveTest('a caller’s name is shown and never obeyed', async (t, exchange) => {
  const evil = (file: string) => `\${system(touch ${join(exchange.state, file)})}`;
  const pstn = await addCarrier(t, exchange, 'first');
  await exchange.vaxel('user', 'add', '100', '--name', 'Anna Berg', '--number', '+46812345600');
  await exchange.vaxel('user', 'add', '101', '--name', evil('by-user'));
  const anna = await plugIn(t, exchange, '100', 500);
  const stranger = await plugIn(t, exchange, '101', 440);
  anna.agent.onCall(rings);

  const ringsAs = async (displayName: string | Buffer) => {
    const call = await pstn.call({
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
    t.match(ringing.from, { user: '101' });
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
});
