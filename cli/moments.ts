import type { EpochMs } from '../common/time.ts';
import { readUntil } from '../daemon/calendar/read-until.ts';
import { type Refused, refused } from './command.ts';

/** `2026-12-24 16:00` on the organisation's clocks; empty for no end. */
export function momentText(at: EpochMs | undefined, zone: string): string {
  if (at === undefined) return '';
  const clock = { timeZone: zone, dateStyle: 'short', timeStyle: 'short' } as const;
  return new Intl.DateTimeFormat('sv', clock).format(at);
}

/** The end that `--until` names, undefined where it was not given. */
export function readEnd(
  text: string | undefined,
  now: EpochMs,
  zone: string,
): EpochMs | Refused | undefined {
  if (text === undefined) return undefined;
  const until = readUntil(text, now, zone, 'clock');
  return until.kind === 'until'
    ? until.end
    : refused('bad-end', `${JSON.stringify(text)} is no end here: write ${until.right}`);
}
