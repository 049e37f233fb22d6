import {
  choice,
  code,
  codecs,
  host,
  hostAlone,
  optional,
  pagingGroups,
  url,
  whole,
  yesNo,
  zone,
  type Form,
} from './forms.ts';

/** One thing of a phone that a layer may say. */
export interface Setting {
  readonly form: Form;
  /** Where no layer says it; an empty one leaves it to what `means` names. */
  readonly default: string;
  /** For a person choosing a value. */
  readonly means: string;
  /** May differ between the lines of one phone. */
  readonly perLine: boolean;
}

const phone = (form: Form, value: string, means: string): Setting => ({
  form,
  default: value,
  means,
  perLine: false,
});

const line = (form: Form, value: string, means: string): Setting => ({
  ...phone(form, value, means),
  perLine: true,
});

/** Every setting of a phone that is the same in name and meaning whatever its vendor. */
export const CATALOGUE = {
  'sip.transport': line(
    optional(choice('udp', 'tcp', 'tls')),
    '',
    "how it speaks SIP; empty: the server's",
  ),
  'sip.expires': line(whole(60, 7200, 'seconds'), '600', 'how long a registration lives'),
  'sip.second-server': line(
    optional(host),
    '',
    'where it registers when the first does not answer',
  ),
  'sip.keep-alive': line(whole(0, 300, 'seconds'), '30', 'how often it keeps a NAT open; 0: never'),
  'sip.srtp': line(choice('off', 'optional', 'required'), 'off', 'whether speech is encrypted'),
  'audio.codecs': line(codecs, 'g722,pcma,pcmu', 'codecs, the best first; the others are off'),
  'audio.tones': phone(
    optional(choice('se', 'no', 'dk', 'fi', 'de', 'gb', 'us')),
    '',
    "whose tones it plays; empty: the organisation's country",
  ),
  'voicemail.code': line(
    optional(code),
    '',
    "what its voicemail key dials; empty: the organisation's",
  ),
  'call.waiting': phone(yesNo, 'yes', 'whether a second call rings'),
  'call.shows': phone(choice('both', 'name', 'number'), 'both', 'what it shows of a caller'),
  'call.key-transfer': phone(
    choice('new', 'attended', 'blind'),
    'attended',
    'what a key does during a call',
  ),
  'call.dial-wait': phone(whole(1, 10, 'seconds'), '4', 'how long after the last digit it dials'),
  'lamp.pickup-code': phone(
    optional(code),
    '**',
    'dialled before the extension to take its ringing call; empty: none',
  ),
  'lamp.expires': phone(
    whole(60, 3600, 'seconds'),
    '600',
    'how long a subscription to a lamp lives',
  ),
  'feature.sync': phone(
    yesNo,
    'no',
    'whether do-not-disturb and forwarding are kept in step with the server',
  ),
  'time.zone': phone(optional(zone), '', "IANA time zone; empty: the organisation's"),
  'time.clock': phone(choice('24', '12'), '24', 'hours of its clock'),
  'time.date': phone(
    choice('year-first', 'day-first', 'month-first'),
    'year-first',
    'order of its date',
  ),
  'time.server': phone(
    hostAlone,
    'pool.ntp.org',
    'where it asks the time; what DHCP says goes before',
  ),
  language: phone(
    optional(choice('sv', 'en')),
    '',
    "of its display, where the firmware has it; empty: the organisation's",
  ),
  'language.file': phone(
    optional(url),
    '',
    'a language file for Yealink desk phones, which have no Swedish of their own',
  ),
  phonebook: phone(yesNo, 'yes', "whether it has the organisation's phone book"),
  'paging.groups': phone(optional(pagingGroups), '', 'multicast groups it hears'),
  'screen.logo': phone(optional(url), '', 'picture on an idle display'),
  web: phone(choice('off', 'https', 'http'), 'https', 'its own web page for administration'),
  'network.vlan': phone(
    whole(0, 4094, 'a VLAN'),
    '0',
    'VLAN of its calls and files; 0: as the network says',
  ),
  'network.lldp': phone(yesNo, 'yes', 'whether the switch may tell it its VLAN'),
  modules: phone(
    whole(0, 6, 'modules'),
    '0',
    'expansion modules attached; at least those that keys are on',
  ),
  'modules.keys': phone(whole(0, 84, 'keys'), '0', 'keys of each module; 0: as the keys tell'),
  'firmware.url': phone(optional(url), '', 'firmware it should run'),
  'provision.daily': phone(
    yesNo,
    'yes',
    'whether it fetches its files once a day, not only when told',
  ),
  'provision.factory': phone(
    yesNo,
    'no',
    'whether what no file says goes back to factory state (Yealink from V81)',
  ),
} as const satisfies Readonly<Record<string, Setting>>;

export type SettingName = keyof typeof CATALOGUE;

export const isSettingName = (name: string): name is SettingName => Object.hasOwn(CATALOGUE, name);

export const SETTING_NAMES: readonly SettingName[] = Object.keys(CATALOGUE).filter(isSettingName);
