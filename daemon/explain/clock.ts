import type { EpochMs } from '../../common/time.ts';
import type { Language } from '../routing/directory.ts';

/** `13:04`; with its date where that is another day than the one that is told of. */
export type Clock = (at: EpochMs) => string;

export function clockOf(zone: string, language: Language, told: EpochMs): Clock {
  const locale = language === 'sv' ? 'sv-SE' : 'en-GB';
  const time = new Intl.DateTimeFormat(locale, {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const day = new Intl.DateTimeFormat(locale, {
    timeZone: zone,
    weekday: 'long',
    day: 'numeric',
    month: 'long',
  });
  const today = day.format(told);
  return (at) =>
    day.format(at) === today ? time.format(at) : `${day.format(at)} ${time.format(at)}`;
}
