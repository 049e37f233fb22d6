import type { Model } from '../models/model.ts';
import type { Line, Phone } from '../phone/phone.ts';
import { isCodec } from '../settings/forms.ts';
import { settingOf } from '../settings/read.ts';
import { polycomGeneration } from './polycom-generation.ts';
import { polycomKeys } from './polycom-keys.ts';
import { TONES } from './polycom-tones.ts';
import type {
  PolycomChange,
  PolycomKey,
  PolycomLine,
  PolycomPaging,
  PolycomSettingsView,
  PolycomTime,
} from './polycom-views.ts';
import { clockOf, countryOfTones, isSwedish, isYes, pagingOf } from './shared-view.ts';
import { sipServers } from './sip-server.ts';
import type { Change } from './time-rule.ts';
import { voicemailOf } from './voicemail.ts';

/** Pure: a phone in, what its settings print out. Lines and keys that its model lacks are left out. */
export function polycomView(phone: Phone, model: Model): PolycomSettingsView {
  const generation = polycomGeneration(model, phone.firmware);
  const { keys, watched, macros } = polycomKeys(phone, model, generation);
  const web = settingOf(phone, 'web');
  const wanted = settingOf(phone, 'audio.codecs').split(',').filter(isCodec);
  return {
    lines: phone.lines.slice(0, model.accounts).map((line, i) => lineOf(phone, line, i + 1, keys)),
    places: generation.places && model.lineKeys > 0,
    keys,
    watched,
    watching_line: watchingLine(phone),
    macros,
    codecs: Object.entries(generation.codecs).map(([codec, name]) => ({
      name,
      rank: wanted.findIndex((each) => each === codec) + 1,
    })),
    time: timeOf(phone),
    language: isSwedish(phone) ? 'Swedish_Sweden' : 'English_United_Kingdom',
    tones: TONES[countryOfTones(phone)] ?? [],
    paging: pageOf(phone),
    picture: model.colour ? settingOf(phone, 'screen.logo') : '',
    call_waiting: isYes(settingOf(phone, 'call.waiting')),
    dial_wait: settingOf(phone, 'call.dial-wait'),
    pickup_code: settingOf(phone, 'lamp.pickup-code'),
    sync: isYes(settingOf(phone, 'feature.sync')),
    keep_alive: settingOf(phone, 'sip.keep-alive'),
    srtp: phone.lines.some((line) => settingOf(phone, 'sip.srtp', line) !== 'off') ? 1 : 0,
    phone_book: isYes(settingOf(phone, 'phonebook')),
    server: {
      url: phone.server.url,
      type: phone.server.url.startsWith('https:') ? 'HTTPS' : 'HTTP',
      daily: isYes(settingOf(phone, 'provision.daily')),
    },
    admin_password: phone.adminPassword,
    web: { on: web === 'off' ? 0 : 1, https_only: web === 'http' ? 0 : 1 },
    vlan: settingOf(phone, 'network.vlan'),
    lldp: isYes(settingOf(phone, 'network.lldp')),
  };
}

/** These phones watch all from one registration. */
function watchingLine({ keys }: Phone): number {
  const watching = keys.find(({ does }) =>
    ['blf', 'park', 'activity', 'team-login'].includes(does),
  );
  return watching !== undefined && 'line' in watching ? watching.line : 1;
}

function lineOf(phone: Phone, line: Line, n: number, keys: readonly PolycomKey[]): PolycomLine {
  const { transport, first, second } = sipServers(phone, line);
  const srtp = settingOf(phone, 'sip.srtp', line);
  const own = keys.filter(({ category, index }) => category === 'Line' && index === n);
  return {
    n,
    address: `${line.username}@${phone.organisation.domain}`,
    username: line.username,
    password: line.password,
    display_name: line.displayName,
    label: line.label,
    keys: Math.max(1, own.length),
    servers: [first, ...(second ? [second] : [])].map((each, i) => ({ ...each, n: i + 1 })),
    transport: TRANSPORTS[transport],
    expires: settingOf(phone, 'sip.expires', line),
    srtp: { offer: srtp === 'off' ? 0 : 1, require: srtp === 'required' ? 1 : 0 },
    voicemail: voicemailOf(phone, n),
  };
}

function timeOf(phone: Phone): PolycomTime {
  const { offset, summer } = clockOf(phone);
  return {
    offset: offset * 60,
    summer: summer && { starts: changeOf(summer.starts), ends: changeOf(summer.ends) },
    hours24: settingOf(phone, 'time.clock') === '24' ? 1 : 0,
    // Day and month by name; these phones know no date of digits alone.
    date_format: settingOf(phone, 'time.date') === 'month-first' ? 'D,Md' : 'D,dM',
    ntp: settingOf(phone, 'time.server'),
  };
}

const changeOf = ({ month, week, weekday, hour }: Change): PolycomChange => ({
  month,
  weekday: weekday + 1,
  last: week === 5 ? 1 : 0,
  from_day: week === 5 ? 1 : (week - 1) * 7 + 1,
  hour,
});

/** These phones have one address for all groups, so it is the first one's. */
function pageOf(phone: Phone): PolycomPaging | undefined {
  const groups = pagingOf(phone);
  const [address, port] = groups[0]?.address.split(':') ?? [];
  if (address === undefined || port === undefined) return undefined;
  return { address, port, groups: groups.map(({ label }, i) => ({ n: i + 1, label })) };
}

const TRANSPORTS = { udp: 'UDPOnly', tcp: 'TCPOnly', tls: 'TLS' } as const;
