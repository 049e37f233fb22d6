import type { Phone } from '../phone/phone.ts';
import { readPagingGroup, type PagingGroup } from '../settings/forms.ts';
import { settingOf } from '../settings/read.ts';
import { timeRule, type TimeRule } from './time-rule.ts';

/** What both vendors' views need told the same way. */

export const isYes = (value: string): 0 | 1 => (value === 'yes' ? 1 : 0);

export function clockOf(phone: Phone): TimeRule {
  return timeRule(settingOf(phone, 'time.zone') || phone.organisation.zone);
}

export function isSwedish(phone: Phone): boolean {
  return (settingOf(phone, 'language') || phone.organisation.language) === 'sv';
}

export function pagingOf(phone: Phone): readonly PagingGroup[] {
  return settingOf(phone, 'paging.groups')
    .split(';')
    .flatMap((text) => readPagingGroup(text) ?? []);
}

/** ISO 3166-1 alpha-2, in small letters. */
export const countryOfTones = (phone: Phone): string =>
  settingOf(phone, 'audio.tones') || phone.organisation.country.toLowerCase();
