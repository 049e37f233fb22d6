import { type Refused, refused } from './command.ts';

/** What a refusal of the database's functions means to the person at the keyboard. */
export function refusedBecause(why: keyof typeof MESSAGES): Refused {
  return refused(why, MESSAGES[why]);
}

const MESSAGES = {
  'bad-domain': 'that is not a SIP domain: letters, digits, hyphens and dots, such as anka.example',
  'bad-name': 'a name is 1 to 100 characters, without line breaks or control characters',
  'unknown-country': 'the country is two capital letters, such as SE',
  'bad-area-code': 'an area code is one to five digits, such as 08',
  'unknown-zone': 'there is no such time zone: write it as Europe/Stockholm',
  'unknown-language': 'the language is sv or en',
  'domain-taken': 'there is an organisation with that domain already',
  'bad-extension': 'an extension is two to five digits, the first not a zero',
  'reserved-extension':
    'that is an emergency or other public short number, and must stay reachable',
  'extension-taken': 'somebody has that extension already',
  'bad-ring-time': 'devices ring for 5 to 300 whole seconds',
  'unknown-user': 'nobody has that extension',
  'bad-number': 'that is not a phone number: write it with its plus, such as +46812345600',
  'number-taken': 'that number is assigned already',
  'number-known': 'that number is in the inventory already',
  'number-resting': 'that number was released lately and rests for 90 days',
  'unknown-number': 'that number is not in the inventory',
  'not-assigned': 'that number is not assigned to anyone',
  'bad-label': 'a label is 1 to 100 characters, without line breaks or control characters',
  'mobile-needs-number': 'a mobile needs --to, the number it is dialled at',
  'only-mobile-has-number': '--to is for --kind mobile only',
  'unknown-device': 'there is no such device',
  'mobile-has-no-password': 'a mobile has no password',
  'bad-trunk-name': 'a trunk is named with 1 to 32 of a-z, 0-9 and hyphen',
  'bad-host':
    'the host is a name or an IPv4 address, with a port or without: sip.carrier.example:5060',
  'bad-credentials': 'user name and password are 1 to 128 characters, without control characters',
  'incomplete-credentials': 'give both a user name and a password, or neither',
  'register-needs-username': '--register needs --username and a password',
  'trunk-name-taken': 'there is a trunk with that name already',
  'unknown-trunk': 'there is no such trunk',
  'password-file': 'the password file cannot be read',
  'not-4-to-8-digits': 'a PIN is four to eight digits',
  'digit-repeated': 'a PIN has no digit three times in a row',
  sequence: 'a PIN has no four digits that count up or down',
  pattern: 'a PIN is not a short pattern repeated',
  'own-number': 'a PIN is not the end of the own number, forwards or backwards',
  'same-as-before': 'that is the PIN there is already',
  'unknown-setting': 'there is no such setting: vaxel setting list shows those there are',
  'bad-value': 'the voicemail code is * or # and then one to seven digits, * or #, such as *98',
} as const;
