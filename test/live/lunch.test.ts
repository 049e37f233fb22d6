import { press } from '../support/caller.ts';
import { asDialled, promptFile, soundOf } from '../support/codes.ts';
import { eventually } from '../support/eventually.ts';
import { lastTrace } from '../support/last-trace.ts';
import { liveTest } from '../support/live.ts';
import { lunchOffice } from '../support/lunch-office.ts';
import { heard } from '../support/sip/hearing.ts';
import { ALIKE, heardFile, likenessTo } from '../support/sip/spoken.ts';

const outside = '+46701234568';
const vip = '+46701234569';
const blocked = '+46701234570';

liveTest('Anna goes to lunch by a code, and callers hear the truth', async (t, exchange) => {
  const { anna, app, bjorn, dial } = await lunchOffice(t, exchange);
  const rules = ['--for', '100'] as const;
  await exchange.vaxel('contact', 'add', 'Åsa Öberg', '--number', vip, ...rules, '--vip');
  await exchange.vaxel('contact', 'add', 'Spam', '--number', '070-123 45 70', ...rules, '--block');
  const why = (expected: readonly RegExp[]) =>
    eventually(`why: ${expected.join(' ')}`, async () => {
      const { sentences } = (await exchange.vaxel('why', 'last', ...rules)) as {
        readonly sentences?: readonly string[];
      };
      const told = sentences?.join(' ') ?? '';
      return expected.every((each) => each.test(told));
    });

  const end = nextHour();
  const words = ['Anna Berg', 'är på lunch,', end.words];
  const menu = ['Tryck ett för att lämna ett meddelande,', 'två för Björn Ek.'];

  await t.test('her phone confirms it, with the end that she has dialled', async (t) => {
    const prompts = ['until', `hour-${end.digits.slice(0, 2)}`, 'status-set'];
    const files = [
      await soundOf(exchange, 'Lunch'),
      ...prompts.map((name) => promptFile(exchange, name)),
    ];
    const confirmed = async () => {
      const call = await anna.call(asDialled(`*23*1*${end.digits}#`));
      await call.answered();
      t.match(await call.ended(), { kind: 'bye', by: 'them' });
      return files.every((file) => likenessTo(call, file) > ALIKE);
    };
    // Where every processor is taken, a packet that comes late is a hole in a word.
    await eventually('confirmation, word for word', confirmed, 60_000);
    t.match(await exchange.vaxel('activity', 'show', '100'), { source: 'code' });
  });

  for (const media of ['answered', 'early'] as const) {
    await t.test(`a caller hears “${words.join(' ')}” (${media})`, async (t) => {
      await exchange.vaxel('trunk', 'referral', 'first', media);
      const sounds = new Map<string, string>();
      for (const text of [...words, ...menu]) sounds.set(text, await soundOf(exchange, text));
      const call = await dial(outside);
      if (media === 'answered') await call.answered();
      else await call.earlyMedia();
      for (const text of words) await heardFile(call, sounds.get(text) ?? '');
      if (media === 'early') {
        t.equal(call.finalResponse(), undefined, 'which costs the caller nothing');
        call.cancel();
        return;
      }
      const unsaid = promptFile(exchange, 'goodbye');
      t.ok(likenessTo(call, unsaid) < 0.5, 'and what is not said is not heard');
      t.match(lastTrace(exchange), /is Anna Berg.* Anna Berg has Lunch until .*\(code\)/);
      await press(call, '2');
      const ringing = await bjorn.agent.nextCall();
      t.equal(ringing.from.user, outside, 'presses 2, and it is Björn who rings');
      await ringing.answer();
      await Promise.all([heard(call, 700), heard(ringing, 900)]);
      await call.hangup();
      await ringing.ended();
      t.ok(likenessTo(call, unsaid) < 0.5, 'nor later');
      t.equal(anna.agent.calls.length + app.agent.calls.length, 0, 'nothing of hers');
      await why([/ringde Anna Berg/, /Anna Berg hade Lunch till .*\(satt med en kod/, /tryckte 2/]);
    });
  }
  await exchange.vaxel('trunk', 'referral', 'first', 'answered');

  await t.test('who is VIP rings her phones, under the name she wrote down', async (t) => {
    const call = await dial(vip);
    const [first, second] = await Promise.all([anna.agent.nextCall(), app.agent.nextCall()]);
    t.equal(first.from.displayName, 'Åsa Öberg');
    await first.answer();
    await Promise.all([heard(call, 500), heard(first, 900)]);
    t.match(await second.ended(), { kind: 'cancelled' });
    await call.hangup();
    await first.ended();
    await why([/Åsa Öberg/, /är VIP och släpptes fram/]);
  });

  await t.test('who is blocked hears busy', async (t) => {
    t.match(await (await dial(blocked)).ended(), { kind: 'refused', status: 486 });
    // Who is refused hears it before the log has it.
    await eventually('the trace', () =>
      /Spam, blocked.* the caller is blocked: hears busy/.test(lastTrace(exchange)),
    );
    await why([/Spam/, /Numret är blockerat/]);
  });

  await t.test('and when the lunch is over, the next caller rings her phones', async (t) => {
    const over = Math.ceil((Date.now() + 15_000) / 60_000) * 60_000;
    const call = await anna.call(asDialled(`*23*1*${clock(over).replace(':', '')}#`));
    await call.answered();
    await call.hangup();
    const early = await dial(outside);
    await early.answered();
    await early.hangup();
    await why([/hade Lunch till/]);
    await eventually('the end of the lunch', () => Date.now() >= over, 90_000);
    const late = await dial(outside);
    const ringing = await anna.agent.nextCall();
    t.equal(ringing.from.user, outside);
    late.cancel();
    await late.ended();
    await why([/Det ringde hos Anna Berg/]);
    t.match(
      await exchange.vaxel('activity', 'show', '100'),
      { activity: { key: 'available' } },
      'she is available',
    );
  });
});

/**
 * The next whole hour that is some minutes away, but no midnight, and how it is said: spelt here, so that nothing of
 * the exchange's own grammar vouches for itself.
 */
function nextHour() {
  let moment = Math.ceil((Date.now() + 10 * 60_000) / 3_600_000) * 3_600_000;
  if (clock(moment) === '00:00') moment += 3_600_000;
  const number = Number(clock(moment).slice(0, 2));
  const isTomorrow = date(moment) !== date(Date.now());
  const words = `åter ${isTomorrow ? 'i morgon ' : ''}klockan ${HOURS[number] ?? ''}.`;
  return { digits: `${clock(moment).slice(0, 2)}00`, words };
}

const STOCKHOLM = { timeZone: 'Europe/Stockholm' } as const;

const clock = (moment: number): string =>
  new Date(moment).toLocaleTimeString('sv-SE', {
    ...STOCKHOLM,
    hour: '2-digit',
    minute: '2-digit',
  });

const date = (moment: number): string => new Date(moment).toLocaleDateString('sv-SE', STOCKHOLM);

const HOURS = [
  ...['noll', 'ett', 'två', 'tre', 'fyra', 'fem', 'sex', 'sju', 'åtta', 'nio', 'tio', 'elva'],
  ...['tolv', 'tretton', 'fjorton', 'femton', 'sexton', 'sjutton', 'arton', 'nitton', 'tjugo'],
  ...['tjugoett', 'tjugotvå', 'tjugotre'],
];
