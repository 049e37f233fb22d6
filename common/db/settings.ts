import { isCountry } from '../phone-number.ts';
import { holderOf } from './extensions.ts';
import type { Db } from './open.ts';
import { bumpRevision } from './revision.ts';
import { inTransaction } from './transaction.ts';

/** What an organisation may set, and what holds until it does. */
export const SETTING_DEFAULTS = {
  /** What one dials to hear one's messages. */
  'voicemail-code': '*98',
  /** The digits of one's own activity: `*23*1#`, `#23#`, and `*23#` for the voice menu. */
  'code-activity': '23',
  /** The digits of the forwards: `*21*101#`, `#21#`, `*#21#`. */
  'code-forward-always': '21',
  'code-forward-busy': '67',
  'code-forward-no-answer': '61',
  'code-forward-unreachable': '62',
  /** Whether a person's status may be set by his colleagues. */
  'colleagues-set': 'yes',
  /** Whether working hours leave out the public holidays of Sweden, and the eves that nobody works. */
  'red-days': 'closed',
  /** When one goes home on the eves of other holidays: a time, or `off`. */
  'half-days-end': 'off',
  /** Whether a working day between two that are none is one. */
  'squeezed-days': 'open',
  /** The extension that answers for everybody; empty: nobody's. */
  switchboard: '',
  /** The lamp of somebody who is free, and whose activity is closed. */
  'lamp-closed': 'lit',
  /** The lamp of somebody who is free, and whom no call reaches or nobody knows about: only a mobile. */
  'lamp-unreachable': 'lit',
  /** Days that who called whom, why it went there, and past statuses are kept. */
  'keep-calls-days': '90',
  /** Days that a message is kept after it was heard; `off`: until its owner deletes it. */
  'keep-messages-days': '30',
  /** Days that what a desk phone asked for is kept. */
  'keep-requests-days': '14',
  /** Countries that may be called beside one's own: ISO 3166-1 alpha-2, or `all`. The European Economic Area, Switzerland and Britain. */
  countries:
    'AT,AX,BE,BG,CH,CY,CZ,DE,DK,EE,ES,FI,FO,FR,GB,GR,HR,HU,IE,IS,IT,LI,LT,LU,LV,MT,NL,NO,PL,PT,RO,SE,SI,SK',
  /** How many calls to the public network everybody may have at once together; `any` is as many as the trunks take. */
  'all-calls-out-at-once': 'any',
  /** How many calls of each class everybody together may begin in an hour. */
  'all-domestic-an-hour': 'any',
  'all-abroad-an-hour': '100',
  'all-premium-an-hour': '20',
} as const;

export type SettingKey = keyof typeof SETTING_DEFAULTS;

export type SetSetting =
  | { readonly kind: 'set' }
  /** `right`: what it may be. */
  | { readonly kind: 'refused'; readonly why: 'bad-value'; readonly right: string };

/** Total: any text is the name of a setting, or undefined. */
export function readSettingKey(text: string): SettingKey | undefined {
  return Object.hasOwn(SETTING_DEFAULTS, text) ? (text as SettingKey) : undefined;
}

export async function readSetting(db: Db, organisation: string, key: SettingKey): Promise<string> {
  const row = await db
    .selectFrom('setting')
    .select('value')
    .where('organisation_id', '=', organisation)
    .where('key', '=', key)
    .executeTakeFirst();
  return row?.value ?? SETTING_DEFAULTS[key];
}

export async function setSetting(
  db: Db,
  organisation: string,
  key: SettingKey,
  value: string,
): Promise<SetSetting> {
  const [form, right] = FORMS[key];
  if (!form.test(value)) return { kind: 'refused', why: 'bad-value', right };
  return inTransaction(db, async (db) => {
    if (!(await isFit(db, organisation, key, value))) {
      return { kind: 'refused', why: 'bad-value', right };
    }
    await db
      .insertInto('setting')
      .values({ organisation_id: organisation, key, value })
      .onConflict((conflict) => conflict.columns(['organisation_id', 'key']).doUpdateSet({ value }))
      .execute();
    await bumpRevision(db);
    return { kind: 'set' };
  });
}

const DAYS = /^([1-9]\d{0,2}|[12]\d{3}|3[0-5]\d{2}|36[0-4]\d|3650)$/;

/** The settings that are the digits of a code; no two may be the same. */
const CODES = [
  'code-activity',
  'code-forward-always',
  'code-forward-busy',
  'code-forward-no-answer',
  'code-forward-unreachable',
] as const;

const CODE: readonly [form: RegExp, right: string] = [
  /^\d{2,3}$/,
  'it is two or three digits that are no other code’s, and not how the voicemail code begins',
];

const AN_HOUR: readonly [form: RegExp, right: string] = [
  /^(any|\d{1,4})$/,
  'it is a number from 0 to 9999, or any',
];

const FORMS: Readonly<Record<SettingKey, readonly [form: RegExp, right: string]>> = {
  'voicemail-code': [
    /^[*#][\d*#]{1,7}$/,
    'the voicemail code is * or # and then one to seven digits, * or #, such as *98, and begins no other code',
  ],
  'code-activity': CODE,
  'code-forward-always': CODE,
  'code-forward-busy': CODE,
  'code-forward-no-answer': CODE,
  'code-forward-unreachable': CODE,
  'colleagues-set': [/^(yes|no)$/, 'it is yes or no'],
  'red-days': [/^(closed|open)$/, 'they are closed or open'],
  'half-days-end': [/^(off|([01]\d|2[0-3]):[0-5]\d)$/, 'it is a time such as 12:00, or off'],
  'squeezed-days': [/^(closed|open)$/, 'they are closed or open'],
  switchboard: [
    /^([1-9]\d{1,4})?$/,
    'the switchboard is the extension of a person or a team there is, or "" for none',
  ],
  'lamp-closed': [/^(lit|dark)$/, 'a lamp is lit or dark'],
  'lamp-unreachable': [/^(lit|dark)$/, 'a lamp is lit or dark'],
  'keep-calls-days': [DAYS, 'it is a number of days from 1 to 3650'],
  'keep-messages-days': [
    new RegExp(`${DAYS.source}|^off$`),
    'it is a number of days from 1 to 3650, or off',
  ],
  'keep-requests-days': [DAYS, 'it is a number of days from 1 to 3650'],
  countries: [
    /^(all|none|[A-Z]{2}(,[A-Z]{2})*)$/,
    'countries are written as SE,NO,DK (ISO 3166-1), or all, or none beside one’s own',
  ],
  'all-calls-out-at-once': [/^(any|[1-9]\d{0,3})$/, 'it is a number from 1 to 9999, or any'],
  'all-domestic-an-hour': AN_HOUR,
  'all-abroad-an-hour': AN_HOUR,
  'all-premium-an-hour': AN_HOUR,
};

/** Of the right form; does what it names exist? */
async function isFit(
  db: Db,
  organisation: string,
  key: SettingKey,
  value: string,
): Promise<boolean> {
  if (key === 'countries') return /^(all|none)$/.test(value) || value.split(',').every(isCountry);
  if (key === 'switchboard') {
    return value === '' || (await holderOf(db, organisation, value)) !== undefined;
  }
  return isCodeKey(key) ? isFreeCode(db, organisation, key, value) : true;
}

type CodeKey = (typeof CODES)[number] | 'voicemail-code';

const isCodeKey = (key: SettingKey): key is CodeKey =>
  key === 'voicemail-code' || CODES.some((each) => each === key);

/** Whoever dials one code means no other. */
async function isFreeCode(
  db: Db,
  organisation: string,
  key: CodeKey,
  value: string,
): Promise<boolean> {
  const all = new Map<CodeKey, string>([[key, value]]);
  for (const other of [...CODES, 'voicemail-code' as const]) {
    if (other !== key) all.set(other, await readSetting(db, organisation, other));
  }
  const voicemail = all.get('voicemail-code') ?? '';
  const digits = CODES.map((each) => all.get(each) ?? '');
  return (
    new Set(digits).size === digits.length &&
    digits.every((code) =>
      [`*${code}`, `#${code}`, `*#${code}`].every(
        (dialled) => !dialled.startsWith(voicemail) && !voicemail.startsWith(dialled),
      ),
    )
  );
}
