import type { Line, Phone } from '../phone/phone.ts';
import { CATALOGUE, type SettingName } from './catalogue.ts';

/** What holds for a phone; for one of its lines where one is named. */
export function settingOf(phone: Phone, name: SettingName, line?: Line): string {
  const { perLine, default: value } = CATALOGUE[name];
  const ofLine = perLine ? line?.settings.get(name) : undefined;
  return ofLine ?? phone.settings.get(name) ?? value;
}
