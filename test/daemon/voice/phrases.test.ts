import fc from 'fast-check';
import t from 'tap';
import { create } from 'xmlbuilder2';
import { LANGUAGES, prompts } from '../../../daemon/voice/catalogue.ts';
import { spoken } from '../../../daemon/voice/macro.ts';
import { macros, phrasesXml } from '../../../daemon/voice/phrases.ts';

/** The names that FreeSWITCH 1.10.12 defines in mod_voicemail.c, lines 1013 to 1044. */
const MOD_VOICEMAIL = [
  'voicemail_invalid_extension',
  'voicemail_forward_message_enter_extension',
  'voicemail_ack',
  'voicemail_say_date',
  'voicemail_play_greeting',
  'voicemail_say_message_number',
  'voicemail_say_number',
  'voicemail_say_phone_number',
  'voicemail_say_name',
  'voicemail_forward_prepend',
  'voicemail_record_message',
  'voicemail_choose_greeting',
  'voicemail_choose_greeting_fail',
  'voicemail_greeting_selected',
  'voicemail_record_greeting',
  'voicemail_record_name',
  'voicemail_listen_file_check',
  'voicemail_record_file_check',
  'voicemail_record_urgent_check',
  'voicemail_menu',
  'voicemail_config_menu',
  'voicemail_enter_id',
  'voicemail_enter_pass',
  'voicemail_fail_auth',
  'voicemail_change_pass_success',
  'voicemail_change_pass_fail',
  'voicemail_abort',
  'voicemail_hello',
  'voicemail_goodbye',
  'voicemail_message_count',
  'voicemail_disk_quota_exceeded',
];

const CATALOGUE = { sv: prompts('sv'), en: prompts('en') };

/** What the dialplan and the daemon's plans play by name, without a macro. */
const PLAYED_BY_NAME = [
  'refuse-unknown',
  'refuse-not-ringing',
  'refuse-busy',
  'refuse-no-answer',
  'refuse-no-trunk',
  'refuse-not-allowed',
  'refuse-emergency',
  'refuse-locked',
  'refuse-error',
  'mobile-confirm',
  'wrong-mailbox',
  'until',
  'status-set',
  'status-refused',
  'forward-on',
  'forward-off',
  'forward-refused',
  'to-voicemail',
  'recall-noted',
  'status-menu',
  'status-end',
  'press',
  'greetings-menu',
  'greetings-always',
  'greetings-busy',
  'greetings-no-answer',
  'greetings-activity',
  'greetings-temporary',
  'greetings-which',
  'greetings-until',
  'greetings-no-such',
  'greetings-back',
  'greeting-record',
  'greeting-remove',
  'recording-discard',
];

function said(language: 'sv' | 'en', macro: string, data = ''): string {
  const texts = CATALOGUE[language];
  return spoken(macros(language), macro, data)
    .map((name) => texts.get(name) ?? `[${name}]`)
    .join(' ');
}

t.test('every macro of mod_voicemail is there, in every language', async (t) => {
  for (const language of LANGUAGES) {
    const names = macros(language).map(({ name }) => name);
    t.same(names.filter((name) => name.startsWith('voicemail_')).sort(), [...MOD_VOICEMAIL].sort());
  }
});

const counts = [
  ['0:new', 'Du har inga nya meddelanden.', 'You have no new messages.'],
  ['1:new', 'Du har ett nytt meddelande.', 'You have one new message.'],
  ['2:new', 'Du har två nya meddelanden.', 'You have two new messages.'],
  ['21:new', 'Du har tjugoett nya meddelanden.', 'You have twenty-one new messages.'],
  ['23:new', 'Du har tjugotre nya meddelanden.', 'You have twenty-three new messages.'],
  ['42:saved', 'Du har fyrtiotvå sparade meddelanden.', 'You have forty-two saved messages.'],
  ['0:saved', 'Du har inga sparade meddelanden.', 'You have no saved messages.'],
  ['1:saved', 'Du har ett sparat meddelande.', 'You have one saved message.'],
  ['1:urgent-new', 'Du har ett nytt brådskande meddelande.', 'You have one new urgent message.'],
  ['3:urgent-new', 'Du har tre nya brådskande meddelanden.', 'You have three new urgent messages.'],
  ['99:new', 'Du har nittionio nya meddelanden.', 'You have ninety-nine new messages.'],
  [
    '100:new',
    'Du har fler än nittionio nya meddelanden.',
    'You have more than ninety-nine new messages.',
  ],
] as const;

for (const [data, sv, en] of counts) {
  t.test(`${data}: ${sv}`, async (t) => {
    t.equal(said('sv', 'voicemail_message_count', data), sv);
    t.equal(said('en', 'voicemail_message_count', data), en);
  });
}

const phrases = [
  ['voicemail_say_message_number', 'new:1', 'Nytt meddelande ett'],
  ['voicemail_say_message_number', 'saved:17', 'Sparat meddelande sjutton'],
  ['voicemail_say_message_number', 'saved:117', 'Sparat meddelande'],
  ['voicemail_greeting_selected', '3', 'Hälsning nummer tre är vald.'],
  ['voicemail_greeting_selected', '0', 'Standardhälsningen är vald.'],
  [
    'voicemail_forward_message_enter_extension',
    '#',
    'Slå anknytningen som ska få meddelandet, och avsluta med fyrkant',
  ],
  [
    'voicemail_record_urgent_check',
    '*:#',
    'För att markera meddelandet som brådskande, tryck stjärna För att fortsätta, tryck fyrkant',
  ],
  ['voicemail_ack', 'too-small', 'Inspelningen är för kort.'],
  ['voicemail_play_greeting', '100', 'Personen du söker kan inte svara.'],
  ['voicemail_say_phone_number', '${system(id)}', ''],
] as const;

for (const [macro, data, sv] of phrases) {
  t.test(`${macro} of ${data}`, async (t) => {
    t.equal(said('sv', macro, data), sv);
  });
}

t.test('e-mail is offered where there is an address, and only there', async (t) => {
  t.match(said('sv', 'voicemail_listen_file_check', '0:2:7:4:5:8:anna@anka.example'), /e-post/);
  t.equal(
    said('sv', 'voicemail_listen_file_check', '0:2:7:4:5:8'),
    'För att lyssna igen, tryck noll För att spara meddelandet, tryck två ' +
      'För att ta bort meddelandet, tryck sju För att ringa tillbaka, tryck fem ' +
      'För att vidarebefordra meddelandet, tryck åtta',
  );
});

t.test('every prompt a macro can play exists, and every prompt is played somewhere', async (t) => {
  for (const language of LANGUAGES) {
    const names = new Set<string>(prompts(language).keys());
    const played = macros(language)
      .flatMap(({ rules }) => rules.flatMap(({ steps }) => steps))
      .flatMap((step) => ('play' in step ? [step.play] : []));
    const patterns = played.map(
      (play) => new RegExp(`^${play.replace(/\$\d/, '(\\d+|new|saved|urgent-new)')}$`),
    );
    for (const play of played.filter((play) => !play.includes('$'))) {
      t.ok(names.has(play), `${language}: ${play} has a text`);
    }
    const unused = [...names].filter(
      (name) => !patterns.some((pattern) => pattern.test(name)) && !PLAYED_BY_NAME.includes(name),
    );
    t.same(unused, []);
  }
});

t.test('no data make a macro play anything but a prompt of the catalogue', async () => {
  const piece = fc.oneof(
    fc.constantFrom(':', '/', '..', '$', '{', 'new', 'saved', 'urgent-new', ' ', '\n', '#', '*'),
    fc.nat(2050).map(String),
    fc.nat(60).map((value) => `${value}`.padStart(2, '0')),
    fc.string({ maxLength: 3 }),
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
      fc.constantFrom(...LANGUAGES),
      (data, language) =>
        macros(language)
          .filter(({ name }) => name.startsWith('voicemail_') || name === 'vaxel_key')
          .flatMap(({ name }) => spoken(macros(language), name, data))
          .every((name) => CATALOGUE[language].has(name)),
    ),
    { numRuns: 300 },
  );
});

t.test('the XML plays files under the folder of prompts, and does nothing else', async (t) => {
  for (const language of LANGUAGES) {
    const xml = phrasesXml(language);
    const document = create(xml).root();
    const functions = new Set<string>();
    document.each(
      (node) => {
        if (node.node.nodeName !== 'action') return;
        const { function: name, data = '' } = attributesOf(node.toString());
        functions.add(name ?? '');
        if (name === 'play-file') {
          t.match(data, new RegExp(`^\\$\\$\\{vaxel_prompts\\}/${language}/[a-z$0-9-]+\\.wav$`));
        }
      },
      false,
      true,
    );
    t.same([...functions].sort(), ['phrase', 'play-file']);
    t.notMatch(xml, /\{\{|\{%|\{#/, 'nothing in it is a template');
  }
});

function attributesOf(xml: string): Record<string, string | undefined> {
  return Object.fromEntries(
    [...xml.matchAll(/([a-z]+)="([^"]*)"/g)].map(([, key = '', value]) => [key, value] as const),
  );
}

t.test('Swedish numbers are whole words', async (t) => {
  const sv = prompts('sv');
  t.equal(sv.get('number-0'), 'noll');
  t.equal(sv.get('number-18'), 'arton');
  t.equal(sv.get('number-20'), 'tjugo');
  t.equal(sv.get('number-21'), 'tjugoett');
  t.equal(sv.get('number-97'), 'nittiosju');
  t.equal(sv.get('hour-23'), 'klockan tjugotre');
  t.equal(sv.get('minute-09'), 'noll nio');
  t.same(
    [1, 2, 3, 12, 19, 20, 21, 22, 29, 30, 31].map((day) =>
      sv.get(`day-${`${day}`.padStart(2, '0')}`),
    ),
    [
      'den första',
      'den andra',
      'den tredje',
      'den tolfte',
      'den nittonde',
      'den tjugonde',
      'den tjugoförsta',
      'den tjugoandra',
      'den tjugonionde',
      'den trettionde',
      'den trettioförsta',
    ],
  );
});

t.test('English numbers have their hyphens and their oh', async (t) => {
  const en = prompts('en');
  t.equal(en.get('number-21'), 'twenty-one');
  t.equal(en.get('number-40'), 'forty');
  t.equal(en.get('hour-00'), 'at twelve');
  t.equal(en.get('hour-12'), 'at twelve');
  t.equal(en.get('hour-13'), 'at one');
  t.equal(en.get('day-22'), 'the twenty-second of');
  t.equal(en.get('day-30'), 'the thirtieth of');
  t.equal(en.get('day-31'), 'the thirty-first of');
});
