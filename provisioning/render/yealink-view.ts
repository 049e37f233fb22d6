import type { Model } from '../models/model.ts';
import type { Line, Phone } from '../phone/phone.ts';
import { CODECS } from '../settings/forms.ts';
import { settingOf } from '../settings/read.ts';
import { clockOf, countryOfTones, isSwedish, isYes, pagingOf } from './shared-view.ts';
import { sipServers } from './sip-server.ts';
import type { Change } from './time-rule.ts';
import { voicemailOf } from './voicemail.ts';
import { yealinkGeneration } from './yealink-generation.ts';
import { yealinkKeys } from './yealink-keys.ts';
import type {
  YealinkAccount,
  YealinkLanguage,
  YealinkPicture,
  YealinkServers,
  YealinkTime,
  YealinkView,
} from './yealink-views.ts';

/** Pure: a phone in, what its configuration prints out. Lines and keys that its model lacks are left out. */
export function yealinkView(phone: Phone, model: Model): YealinkView {
  const lines = phone.lines.slice(0, model.accounts);
  const sets = model.multicell ? distinct(lines.map((line) => serversOf(phone, line))) : [];
  const setOf = (line: Line) => sets.findIndex((set) => same(set, serversOf(phone, line))) + 1;
  const web = settingOf(phone, 'web');
  return {
    generation: yealinkGeneration(model, phone.firmware),
    templates: sets.map((set, i) => ({ ...set, n: i + 1 })),
    accounts: lines.map((line, i) => account(phone, line, i + 1, setOf(line))),
    unused_accounts: Array.from(
      { length: model.accounts - lines.length },
      (_, i) => lines.length + i + 1,
    ),
    keys: yealinkKeys(phone, model),
    time: timeOf(phone),
    language: languageOf(phone),
    tones: TONES[countryOfTones(phone)] ?? 'Custom',
    phone_books: phoneBooks(phone),
    paging: pagingOf(phone).map((group, i) => ({ ...group, n: i + 1 })),
    picture: pictureOf(phone, model),
    call_waiting: isYes(settingOf(phone, 'call.waiting')),
    caller_shows: SHOWS[settingOf(phone, 'call.shows')] ?? 0,
    key_transfer: KEY_TRANSFER[settingOf(phone, 'call.key-transfer')] ?? 1,
    dial_wait: settingOf(phone, 'call.dial-wait'),
    pickup_code: settingOf(phone, 'lamp.pickup-code'),
    sync: isYes(settingOf(phone, 'feature.sync')),
    server: {
      url: phone.server.url,
      daily: isYes(settingOf(phone, 'provision.daily')),
      // Two hours apart by their MACs: else a power cut would be repeated every morning.
      repeat_minutes: 1380 + (Number.parseInt(phone.mac.slice(-4), 16) % 120),
      firmware: settingOf(phone, 'firmware.url'),
    },
    admin_password: phone.adminPassword,
    web: { http: web === 'http' ? 1 : 0, https: web === 'off' ? 0 : 1 },
    vlan: settingOf(phone, 'network.vlan'),
    lldp: isYes(settingOf(phone, 'network.lldp')),
  };
}

function account(phone: Phone, line: Line, n: number, template: number): YealinkAccount {
  const wanted = settingOf(phone, 'audio.codecs', line).split(',');
  return {
    n,
    username: line.username,
    password: line.password,
    display_name: line.displayName,
    label: line.label,
    servers: serversOf(phone, line),
    template,
    srtp: SRTP[settingOf(phone, 'sip.srtp', line)] ?? 0,
    codecs: CODECS.map((name) => ({ name, priority: wanted.indexOf(name) + 1 })),
    keep_alive: settingOf(phone, 'sip.keep-alive', line),
    voicemail: voicemailOf(phone, n),
    lamp_expires: settingOf(phone, 'lamp.expires'),
  };
}

function serversOf(phone: Phone, line: Line): YealinkServers {
  const { transport, first, second } = sipServers(phone, line);
  return {
    domain: phone.organisation.domain,
    proxy: first,
    second,
    transport: TRANSPORTS[transport],
    expires: settingOf(phone, 'sip.expires', line),
  };
}

const same = (a: YealinkServers, b: YealinkServers) => JSON.stringify(a) === JSON.stringify(b);

const distinct = (sets: readonly YealinkServers[]) =>
  sets.filter((set, i) => sets.findIndex((other) => same(set, other)) === i);

function timeOf(phone: Phone): YealinkTime {
  const { offset, summer } = clockOf(phone);
  const minutes = Math.abs(offset) % 60;
  const hours = Math.floor(Math.abs(offset) / 60);
  return {
    zone: `${offset < 0 ? '-' : '+'}${hours}${minutes === 0 ? '' : `:${minutes}`}`,
    summer: summer && {
      starts: changeText(summer.starts),
      ends: changeText(summer.ends),
      minutes: summer.minutes,
    },
    format: settingOf(phone, 'time.clock') === '24' ? 1 : 0,
    date_format: DATES[settingOf(phone, 'time.date')] ?? 2,
    ntp: settingOf(phone, 'time.server'),
  };
}

/** Month/week/weekday/hour, where Sunday is 7 and the last week 5. */
const changeText = ({ month, week, weekday, hour }: Change): string =>
  `${month}/${week}/${weekday === 0 ? 7 : weekday}/${hour}`;

function languageOf(phone: Phone): YealinkLanguage {
  const swedish = isSwedish(phone);
  const file = swedish ? settingOf(phone, 'language.file') : '';
  // Desk phones have no Swedish of their own, and one that is told to speak it keeps what it had.
  return {
    display: file === '' ? 'English' : 'Swedish',
    web: 'English',
    file,
    handset: swedish ? 10 : 0,
  };
}

function phoneBooks(phone: Phone): YealinkView['phone_books'] {
  if (settingOf(phone, 'phonebook') === 'no') return [];
  const { name, language } = phone.organisation;
  const url = `${phone.server.url}phonebook.xml`;
  // The phone puts what was typed in the place of `#SEARCH`.
  return [
    { n: 1, name, url },
    { n: 2, name: language === 'sv' ? `Sök i ${name}` : `Search ${name}`, url: `${url}?q=#SEARCH` },
  ];
}

function pictureOf(phone: Phone, model: Model): YealinkPicture | undefined {
  const url = settingOf(phone, 'screen.logo');
  if (url === '') return undefined;
  const name = /([^/?#]*)(?:[?#].*)?$/.exec(url)?.[1] ?? '';
  return model.colour ? { kind: 'wallpaper', url, name } : { kind: 'logo', url };
}

const TRANSPORTS = { udp: 0, tcp: 1, tls: 2 } as const;
const SRTP: Readonly<Record<string, 0 | 1 | 2>> = { off: 0, optional: 1, required: 2 };
const SHOWS: Readonly<Record<string, 0 | 2 | 3>> = { both: 0, name: 2, number: 3 };
const KEY_TRANSFER: Readonly<Record<string, 0 | 1 | 2>> = { new: 0, attended: 1, blind: 2 };
const DATES: Readonly<Record<string, number>> = {
  'year-first': 2,
  'day-first': 3,
  'month-first': 4,
};

/** By country; the names of `voice.tone.country`. */
const TONES: Readonly<Record<string, string>> = {
  se: 'Sweden',
  no: 'Norway',
  dk: 'Denmark',
  fi: 'Finland',
  de: 'Germany',
  gb: 'Great Britain',
  us: 'United States',
};
