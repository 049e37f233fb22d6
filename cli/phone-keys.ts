import type { KeyPlace, PhoneKey } from '../common/db/phone-keys.ts';
import { readName } from '../common/name.ts';

/** How a key is written on the command line and in an import. */
export const KEY_FORM =
  '<key>=<does>[@<line>][:<target>] [label], such as "1=blf:101", "2=speed:+46812345600 Växeln", "1.3=park:701" for module 1';

/** @returns undefined where the text is not of that form, or lacks a target, or has one too many. */
export function readKey(text: string): PhoneKey | undefined {
  const parts = KEY.exec(text)?.groups;
  const place = readPlace(parts?.['place'] ?? '');
  const does = DOES.find((each) => each === parts?.['does']);
  if (parts === undefined || place === undefined || does === undefined) return undefined;
  const { line, target, label: text2 } = parts;
  const label = text2 === undefined ? undefined : readName(text2);
  if (text2 !== undefined && label === undefined) return undefined;
  if (WITH_TARGET.includes(does) !== (target !== undefined)) return undefined;
  if (does === 'url') {
    const isFit = line === undefined && /^https?:\/\/[!-~]{1,400}$/.test(target ?? '');
    return isFit ? { ...place, does, line: undefined, target, label } : undefined;
  }
  if (target !== undefined && !TARGET.test(target)) return undefined;
  return { ...place, does, line: Number(line ?? 1), target, label };
}

/** `3`, or `1.3` for the third key of the first module. */
export function readPlace(text: string): KeyPlace | undefined {
  const [, module = '0', key = ''] = /^(?:(\d)\.)?([1-9]\d{0,2})$/.exec(text) ?? [];
  return key === '' ? undefined : { module: Number(module), key: Number(key) };
}

/** The same again, for people. */
export function keyText({ module, key, does, line, target, label }: PhoneKey): string {
  const place = module === 0 ? `${key}` : `${module}.${key}`;
  const at = line === undefined || line === 1 ? '' : `@${line}`;
  const after = target === undefined ? '' : `:${target}`;
  return `${place}=${does}${at}${after}${label === undefined ? '' : ` ${label}`}`;
}

const KEY =
  /^(?<place>[\d.]+)=(?<does>[a-z-]+)(?:@(?<line>[1-9]\d{0,2}))?(?::(?<target>\S{1,420}))?(?: +(?<label>\S.*))?$/su;

/** What can be dialled: digits, star codes, and the words that name a lamp. */
const TARGET = /^\+?[0-9A-Za-z*#._-]{1,64}$/;

const DOES = [
  ...['line', 'blf', 'speed', 'park', 'pickup', 'voicemail', 'conference'],
  ...['forward', 'dnd', 'activity', 'team-login', 'url'],
] as readonly PhoneKey['does'][];

const WITH_TARGET: readonly PhoneKey['does'][] = [
  ...(['blf', 'speed', 'park', 'pickup', 'activity', 'team-login', 'url'] as const),
];
