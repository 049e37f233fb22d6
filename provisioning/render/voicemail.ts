import type { Phone } from '../phone/phone.ts';
import { settingOf } from '../settings/read.ts';

/** What reaches the messages of a line, counted from 1. */
export function voicemailOf(phone: Phone, line: number): string {
  const own = settingOf(phone, 'voicemail.code', phone.lines[line - 1]);
  return own === '' ? phone.organisation.voicemailCode : own;
}
