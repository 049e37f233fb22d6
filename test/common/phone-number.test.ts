import fc from 'fast-check';
import t from 'tap';
import {
  type Dialled,
  isCountry,
  readDialled,
  readE164,
  readExtension,
} from '../../common/phone-number.ts';

const stockholm = { country: 'SE', areaCode: '8' };
const sweden = { country: 'SE' };

t.test('a number is the same in every spelling', async (t) => {
  for (const text of [
    '08-123 456 78',
    '0812345678',
    '(08) 123 456 78',
    '08/123 456 78',
    '08\u2013123\u00a0456\u00a078',
    '+46812345678',
    '+46 8 123 456 78',
    '+46 (0)8 123 456 78',
    '+46(0)812345678',
    '0046812345678',
    '0046 (0)8 12345678',
    '46812345678',
    '46 8 123 456 78',
  ]) {
    t.equal(readE164(text, sweden), '+46812345678', text);
  }
});

t.test('numbers of every kind are read, and nothing else', async (t) => {
  const table: readonly (readonly [string, string | undefined])[] = [
    ['08-508 000 00', '+46850800000'],
    ['0480-123 45', '+4648012345'],
    ['0933-123 45', '+4693312345'],
    ['090-12 34 56', '+4690123456'],
    ['0900-123 45 67', '+469001234567'],
    ['020-20 20 22', '+4620202022'],
    ['099-208 01', '+469920801'],
    ['072-012 34 56', '+46720123456'],
    ['070-123 45 67', '+46701234567'],
    ['+47 22 12 34 56', '+4722123456'],
    ['0047 22 12 34 56', '+4722123456'],
    ['12345678', undefined],
    ['', undefined],
    ['+', undefined],
    ['anna', undefined],
    ['0800-ANNA', undefined],
    ['+46812345678;ext=9', undefined],
    ['0', undefined],
    ['+999123456789', undefined],
    ['08123456781234567890123', undefined],
  ];
  for (const [text, e164] of table) t.equal(readE164(text, sweden), e164, text);
  t.equal(readE164('12345678', stockholm), '+46812345678', 'a local number');
  t.equal(readE164('22123456', { country: 'NO' }), undefined);
  t.equal(readE164('08123456', { country: 'XX' }), undefined, 'a country nobody knows');
  t.ok(isCountry('SE'));
  t.notOk(isCountry('XX'));
});

t.test('emergency and short numbers never become E.164', async (t) => {
  for (const text of [
    '112',
    '0112',
    '00112',
    '+46112',
    '0046112',
    '+112',
    '90000',
    '1177',
    '113 13',
    '114 14',
    '116 117',
    '118 118',
    '90 510',
  ]) {
    t.equal(readE164(text, stockholm), undefined, text);
  }
});

t.test('what is dialled is told apart in order', async (t) => {
  const e164 = (e164: string) => ({ kind: 'e164', e164 });
  const short = (number: string, kind: string) => ({ kind: 'short', number, class: kind });
  const emergency = (number: string) => ({ kind: 'emergency', number });
  const extension = (extension: string, otherwise?: string) => ({
    kind: 'extension',
    extension,
    otherwise,
  });
  const invalid = (why: string) => ({ kind: 'invalid', why });
  const table: readonly (readonly [string, object])[] = [
    ['*98', { kind: 'code', code: '*98' }],
    ['#31#0701234567', { kind: 'code', code: '#31#0701234567' }],
    ['112', emergency('112')],
    ['1 12', emergency('112')],
    ['0112', emergency('112')],
    ['00112', emergency('112')],
    ['+46112', emergency('112')],
    ['90 000', emergency('90000')],
    ['113 13', short('11313', 'free')],
    ['11414', short('11414', 'free')],
    ['1177', short('1177', 'free')],
    ['116 000', short('116000', 'free')],
    ['118 700', short('118700', 'directory')],
    ['90 510', short('90510', 'service')],
    ['100', extension('100')],
    ['12345', extension('12345')],
    ['0701234567', e164('+46701234567')],
    ['+4722123456', e164('+4722123456')],
    ['12345678', e164('+46812345678')],
    ['46812345678', e164('+46812345678')],
    ['', invalid('empty')],
    [' - ', invalid('empty')],
    ['anna', invalid('not-a-number')],
    ['12*34', invalid('not-a-number')],
    ['7', invalid('no-such-number')],
    ['000', invalid('no-such-number')],
    ['0123456789012345', invalid('no-such-number')],
  ];
  for (const [text, expected] of table) t.strictSame(readDialled(text, stockholm), expected, text);
  t.strictSame(
    readDialled('12345', { country: 'SE', areaCode: '480' }),
    extension('12345', '+4648012345'),
    'five digits may be a local number where nobody has the extension',
  );
  t.strictSame(
    readDialled('1177', { country: 'NO' }),
    extension('1177'),
    'short numbers are national',
  );
});

t.test('an extension is two to five digits, the first not a zero', async (t) => {
  for (const text of ['10', '100', '99999']) t.equal(readExtension(text), text);
  for (const text of ['1', '012', '123456', '10a', '', ' 100'])
    t.equal(readExtension(text), undefined, text);
});

t.test('any text is told apart without an exception, and formatting changes nothing', async () => {
  const between = fc.constantFrom('', ' ', '-', '.', '\u00a0');
  const dialled = fc.oneof(fc.string(), fc.stringMatching(/^[+0-9*#]{0,18}$/));
  fc.assert(
    fc.property(dialled, (text) => KINDS.includes(readDialled(text, stockholm).kind)),
    { numRuns: 300 },
  );
  fc.assert(
    fc.property(fc.stringMatching(/^[+0]?[0-9]{2,14}$/), between, (digits, mark) => {
      const spaced = digits.split('').join(mark);
      return (
        JSON.stringify(readDialled(spaced, stockholm)) ===
        JSON.stringify(readDialled(digits, stockholm))
      );
    }),
    { numRuns: 300 },
  );
  fc.assert(
    fc.property(fc.stringMatching(/^0[1-9][0-9]{6,9}$/), (digits) => {
      const e164 = readE164(digits, sweden);
      return e164 === undefined || readE164(e164, sweden) === e164;
    }),
    { numRuns: 300 },
  );
});

const KINDS: readonly Dialled['kind'][] = [
  'code',
  'emergency',
  'short',
  'extension',
  'e164',
  'invalid',
];
