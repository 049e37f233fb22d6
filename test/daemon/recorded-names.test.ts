import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openLog } from '../../common/log.ts';
import type { Extension } from '../../common/phone-number.ts';
import { epochMs } from '../../common/time.ts';
import { openRecordedNames } from '../../daemon/recorded-names.ts';
import type { SaidPart } from '../../daemon/routing/plan.ts';
import { createSounds } from '../../daemon/sounds.ts';
import { madeFile } from '../../daemon/voice/made-prompt.ts';
import type { Speaker } from '../../daemon/voice/speaker.ts';
import { decide, fromOutside, today } from '../support/office-today.ts';

const quiet = openLog('test', 'silent');
/** A voice whose files are there as soon as they are wanted. */
const TONE: Speaker = {
  voice: () => 'tone',
  async *speak(utterances) {
    yield* utterances;
  },
};
const NAME = { kind: 'name', domain: 'anka.example' } as const satisfies Partial<SaidPart>;
const recordedIn = (mailbox: string) => join(mailbox, 'recorded_name.wav');

t.test('a name that somebody recorded is found, and found gone', async (t) => {
  const folder = join(t.testdir({}), 'voicemail');
  const early = await openRecordedNames(folder, quiet);
  t.equal(early.of('anka.example', '100'), undefined, 'before there is any mailbox');
  const mailbox = join(folder, 'anka.example', '100');
  const file = recordedIn(mailbox);
  mkdirSync(mailbox, { recursive: true });
  mkdirSync(join(folder, 'anka.example', '101'));
  writeFileSync(join(folder, 'messages.db'), '');
  writeFileSync(file, Buffer.alloc(1_000));
  const names = await openRecordedNames(folder, quiet);
  t.equal(names.of('anka.example', '100'), file);
  t.equal(names.of('anka.example', '101'), undefined);
  t.equal(names.of('other.example', '100'), undefined);

  const changed = (user: string, domain = 'anka.example') =>
    ({ kind: 'mailbox-changed', what: 'record-name', at: epochMs(0), user, domain }) as const;
  await early.note(changed('100'));
  t.equal(early.of('anka.example', '100'), file, 'told of');
  writeFileSync(file, Buffer.alloc(44));
  await names.note(changed('100'));
  t.equal(names.of('anka.example', '100'), undefined, 'a head alone is no name');
  rmSync(file);
  await early.note(changed('100'));
  t.equal(early.of('anka.example', '100'), undefined);
  writeFileSync(file, Buffer.alloc(1_000));
  await early.note(changed('100'));
  rmSync(mailbox, { recursive: true });
  t.equal(early.of('anka.example', '100'), file, 'nobody has said that it is gone');
  await early.renew();
  t.equal(early.of('anka.example', '100'), undefined, 'it went with its person');
  await names.note(changed('../../etc'));
  await names.note(changed('100', '../anka.example'));
  t.equal(names.of('../anka.example', '100'), undefined);
});

t.test('a name is heard as the person recorded it, else as it is written', async (t) => {
  const home = t.testdir({ prompts: {}, voicemail: { 'anka.example': { '100': {} } } });
  const mailbox = join(home, 'voicemail', 'anka.example', '100');
  const folder = join(home, 'prompts');
  const names = await openRecordedNames(join(home, 'voicemail'), quiet);
  const sounds = createSounds({
    ...{ folder, speaker: TONE, log: quiet },
    recording: (greeting) => `/greetings/${greeting}.wav`,
    recordedName: (domain, extension) => names.of(domain, extension),
    take: (leg) => `/takes/${leg}.wav`,
    recordedText: () => undefined,
  });
  const made = (text: string) => madeFile(folder, TONE, { language: 'sv', text });
  const heard = () => {
    const { plan } = decide(fromOutside(), today({ '100': { activity: 'lunch' } }));
    return plan.kind === 'referral' ? sounds.filesOf(plan.say, 'sv') : [];
  };
  t.strictSame(heard(), [], 'what has no sound yet is left out');
  await sounds.make([
    { language: 'sv', text: 'Anna Berg' },
    { language: 'sv', text: 'är på lunch.' },
  ]);
  t.strictSame(heard(), [made('Anna Berg'), made('är på lunch.')]);

  writeFileSync(recordedIn(mailbox), Buffer.alloc(1_000));
  const changed = { kind: 'mailbox-changed', what: 'record-name', at: epochMs(0) } as const;
  await names.note({ ...changed, user: '100', domain: 'anka.example' });
  t.strictSame(heard(), [recordedIn(mailbox), made('är på lunch.')]);
  const bjorns = { ...NAME, text: 'Anna Berg', mailbox: '101' as Extension };
  t.strictSame(sounds.filesOf([bjorns], 'sv'), [made('Anna Berg')], 'and nobody else’s');
  t.strictSame(
    sounds.filesOf([{ kind: 'recording', greeting: 'g-1' }], 'sv'),
    ['/greetings/g-1.wav'],
    'an uploaded one is another',
  );
});

t.test('an uploaded name goes before the recorded one', async (t) => {
  const greetings = [{ id: 'g-1', for: { kind: 'name' }, endsAt: undefined }] as const;
  const { plan } = decide(fromOutside(), today({ '100': { activity: 'lunch', greetings } }));
  t.match(plan, { say: [{ kind: 'recording', greeting: 'g-1' }, { text: 'är på lunch.' }] });
});
