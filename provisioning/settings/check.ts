import { nearest } from '../../common/nearest.ts';
import { CATALOGUE, isSettingName, SETTING_NAMES, type SettingName } from './catalogue.ts';

export type SettingCheck =
  | { readonly kind: 'ok'; readonly name: SettingName; readonly value: string }
  | { readonly kind: 'unknown-setting'; readonly meant: string | undefined }
  | { readonly kind: 'bad-value'; readonly expects: string };

/** A setting as somebody wrote it: its value in one spelling, or what is wrong. */
export function checkSetting(name: string, value: string): SettingCheck {
  if (!isSettingName(name)) return { kind: 'unknown-setting', meant: nearest(name, SETTING_NAMES) };
  const { form } = CATALOGUE[name];
  const read = form.read(value.trim());
  return read === undefined
    ? { kind: 'bad-value', expects: form.expects }
    : { kind: 'ok', name, value: read };
}

export type VendorKeyCheck =
  | { readonly kind: 'ok'; readonly name: string; readonly value: string }
  | { readonly kind: 'bad-name'; readonly expects: string }
  | { readonly kind: 'bad-value'; readonly expects: string };

/**
 * A parameter of the vendor's own, written to the file as it is: form only, since
 * no list of theirs is complete. A name that both file formats can hold, and a
 * value of one line.
 */
export function checkVendorKey(name: string, value: string): VendorKeyCheck {
  if (!VENDOR_KEY.test(name)) {
    return { kind: 'bad-name', expects: 'words of letters, digits, _ and - with dots between' };
  }
  const trimmed = value.trim();
  return trimmed.length > 1000 || FORBIDDEN.test(trimmed)
    ? { kind: 'bad-value', expects: 'one line of at most 1000 characters' }
    : { kind: 'ok', name, value: trimmed };
}

const VENDOR_KEY = /^(?=.{3,120}$)[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)+$/;
const FORBIDDEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]/u;
