import { type EpochMs, epochMs } from '../../common/time.ts';

export const STOCKHOLM = 'Europe/Stockholm';

const FORMAT = new Intl.DateTimeFormat('sv-SE', {
  timeZone: STOCKHOLM,
  dateStyle: 'short',
  timeStyle: 'short',
});

/** `2026-11-23 13:00`, by Stockholm's clock; of a time that comes twice the first. */
export function moment(text: string): EpochMs {
  const [date = '', clock = ''] = text.split(' ');
  const summer = Date.parse(`${date}T${clock}+02:00`);
  return epochMs(
    FORMAT.format(summer) === text.slice(0, 16) ? summer : Date.parse(`${date}T${clock}+01:00`),
  );
}

/** The reverse. */
export function shown(at: number | undefined): string | undefined {
  return at === undefined ? undefined : FORMAT.format(at);
}
