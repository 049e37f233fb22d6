import type { Vendor } from '../models/model.ts';
import { readMac } from '../phone/mac.ts';
import type { Mac } from '../phone/phone.ts';

/** A file that phones ask for, known by its name alone. */
export type FileName =
  | { readonly kind: PhoneFile; readonly mac: Mac }
  | { readonly kind: CommonFile }
  /** `y0000000000NN.cfg`. */
  | { readonly kind: 'yealink-common'; readonly number: number }
  /** Firmware, languages, pictures and sounds, that an administrator laid out. */
  | { readonly kind: 'resource'; readonly name: string };

/** Files of one phone; their names begin with its MAC. */
export type PhoneFile =
  /** `<mac>.cfg`: a Yealink's configuration, a Polycom's list of files. */
  | 'config'
  | 'yealink-boot'
  /** What the user changed on the phone: read and written by it. */
  | 'yealink-local'
  | 'yealink-contacts'
  | 'yealink-calls'
  /** Encrypted with a key the world knows; never there. */
  | 'yealink-encrypted'
  /** The parameters of a Polycom, and before them the vendor keys. */
  | 'polycom-settings'
  | 'polycom-vendor-keys'
  /** Written by the phone, and read by it after a reset. */
  | 'polycom-phone'
  | 'polycom-web'
  | 'polycom-user'
  | 'polycom-cloud'
  | 'polycom-license'
  | 'polycom-directory'
  | 'polycom-calls'
  | 'polycom-microbrowser'
  | 'polycom-log';

export type CommonFile =
  | 'yealink-common-boot'
  | 'polycom-common'
  | 'polycom-common-license'
  | 'polycom-common-directory'
  /** The organisation's users, for Yealink; what was typed comes in the query. */
  | 'phone-book';

/**
 * The last part of a path, as phones spell it: the MAC in any case, everything
 * else exactly. What no phone asks for is `undefined`.
 */
export function readFileName(name: string): FileName | undefined {
  if (name.length > 100) return undefined;
  const common = COMMON.get(name);
  if (common !== undefined) return { kind: common };
  const number = /^y0{9}(\d{3})\.cfg$/.exec(name)?.[1];
  if (number !== undefined) return { kind: 'yealink-common', number: Number(number) };
  const ofPhone = OF_PHONE.exec(name)?.groups;
  const mac = readMac(ofPhone?.['mac'] ?? '');
  if (mac !== undefined) {
    const kind = fileOfPhone(ofPhone?.['rest'] ?? '');
    return kind === undefined ? undefined : { kind, mac };
  }
  return ofPhone === undefined && RESOURCE.test(name) ? { kind: 'resource', name } : undefined;
}

function fileOfPhone(rest: string): PhoneFile | undefined {
  return ENDINGS.get(rest) ?? (LOG.test(rest) ? 'polycom-log' : undefined);
}

/** Whose file it is: `undefined` where both vendors have one of that name. */
export function vendorOf({ kind }: FileName): Vendor | undefined {
  if (kind === 'phone-book' || kind.startsWith('yealink-')) return 'Yealink';
  return kind.startsWith('polycom-') ? 'Polycom' : undefined;
}

/** Whether phones also write it. */
export function isUpload({ kind }: FileName): boolean {
  return UPLOADS.some((each) => each === kind);
}

const UPLOADS: readonly FileName['kind'][] = [
  'yealink-local',
  'yealink-contacts',
  'yealink-calls',
  'polycom-phone',
  'polycom-web',
  'polycom-user',
  'polycom-directory',
  'polycom-calls',
  'polycom-log',
];

const COMMON: ReadonlyMap<string, CommonFile> = new Map([
  ['y000000000000.boot', 'yealink-common-boot'],
  ['000000000000.cfg', 'polycom-common'],
  ['000000000000-license.cfg', 'polycom-common-license'],
  ['000000000000-directory.xml', 'polycom-common-directory'],
  ['phonebook.xml', 'phone-book'],
] as const);

const ENDINGS: ReadonlyMap<string, PhoneFile> = new Map([
  ['.cfg', 'config'],
  ['.boot', 'yealink-boot'],
  ['-local.cfg', 'yealink-local'],
  ['-contact.xml', 'yealink-contacts'],
  ['-calllog.xml', 'yealink-calls'],
  ['.enc', 'yealink-encrypted'],
  ['_Security.enc', 'yealink-encrypted'],
  ['-settings.cfg', 'polycom-settings'],
  ['-vendor.cfg', 'polycom-vendor-keys'],
  ['-phone.cfg', 'polycom-phone'],
  ['-web.cfg', 'polycom-web'],
  ['-user.cfg', 'polycom-user'],
  ['-cloud.cfg', 'polycom-cloud'],
  ['-license.cfg', 'polycom-license'],
  ['-directory.xml', 'polycom-directory'],
  ['-calls.xml', 'polycom-calls'],
  ['-mb.cfg', 'polycom-microbrowser'],
] as const);

const OF_PHONE = /^(?<mac>[0-9A-Fa-f]{12})(?<rest>[-._].{1,40})$/;
/** `-boot.log`, `-app.log`, and older ones put aside with a number. */
const LOG = /^-(boot|app|now|flash)(-\d{1,6}){0,2}\.log$/;
/** No path, no hidden file, and an ending that a phone loads. */
const RESOURCE =
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,90}\.(rom|ld|ver|lang|txt|png|jpg|jpeg|bmp|dob|gif|wav|xml|bin)$/;
