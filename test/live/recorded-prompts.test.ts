import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'tap';
import { promptFile, soundOf } from '../support/codes.ts';
import { eventually } from '../support/eventually.ts';
import type { Exchange } from '../support/exchange.ts';
import { lastTrace } from '../support/last-trace.ts';
import { liveTest } from '../support/live.ts';
import { addCarrier, fillOffice, plugIn } from '../support/phones.ts';
import { rings } from '../support/sip/behaviours.ts';
import { heardFile, likenessTo } from '../support/sip/spoken.ts';

const outside = '+46701234568';

liveTest('prompts that the sysadmin has recorded are heard', async (t, exchange) => {
  await fillOffice(exchange);
  const carrier = await addCarrier(t, exchange, 'first');
  const anna = await plugIn(t, exchange, '100');
  anna.agent.onCall(rings);
  const dial = (to = '+46812345600') =>
    carrier.call({ to, proxy: exchange.trunk, from: { user: outside, displayName: '' } });
  await soundOf(exchange, 'Anna Berg');
  await exchange.vaxel('activity', 'set', '100', 'lunch');
  const spoken = await soundOf(exchange, 'är på lunch,');

  await t.test('a phrase, on the next call, and why says so', async (t) => {
    const file = copyOf(t, exchange, 'pin-refused');
    await exchange.vaxel('prompt', 'set', 'sv', 'är på lunch', file);
    const call = await dial();
    await call.answered();
    await heardFile(call, promptFile(exchange, 'pin-refused'));
    t.ok(likenessTo(call, spoken) < 0.5, 'and the voice is not heard saying it');
    await call.hangup();
    t.match(lastTrace(exchange), /“är på lunch,”/);
    await eventually('it told', async () => {
      const { sentences = [] } = (await exchange.vaxel('why', 'last')) as {
        readonly sentences?: readonly string[];
      };
      return sentences.includes('Inspelat av er: ”är på lunch,”.');
    });
  });

  await t.test('a prompt of FreeSWITCH’s own, and spoken again when it is removed', async (t) => {
    const file = copyOf(t, exchange, 'pin-refused');
    const words = 'Numret du har ringt finns inte.';
    const nobody = async () => {
      const call = await dial('+46812345699');
      await call.ended();
      return call;
    };
    const prompt = promptFile(exchange, 'refuse-unknown');
    const changed = async (what: string, before: Buffer) =>
      eventually(what, () => !readFileSync(prompt).equals(before), 60_000);

    const voice = readFileSync(prompt);
    await exchange.vaxel('prompt', 'set', 'sv', words, file);
    await changed('the recording in its place', voice);
    await heardFile(await nobody(), file);
    const recording = readFileSync(prompt);
    await exchange.vaxel('prompt', 'remove', 'sv', words);
    await changed('the voice in its place', recording);
    const again = await nobody();
    await heardFile(again, prompt);
    t.ok(likenessTo(again, file) < 0.5);
  });
});

/** A recording: some prompt's sound in a file of its own. */
function copyOf(t: Test, exchange: Exchange, name: string): string {
  const file = join(t.testdir({}), `${name}.wav`);
  copyFileSync(promptFile(exchange, name), file);
  return file;
}
