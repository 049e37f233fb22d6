import { epochMs, seconds, type EpochMs, type Seconds } from '../../common/time.ts';

/** Microseconds since the epoch, as decimal text; FreeSWITCH writes 0 for a moment that has not come. */
export function readMicroseconds(text: string | undefined): EpochMs | undefined {
  return text !== undefined && /^[1-9]\d{0,16}$/.test(text)
    ? epochMs(Math.floor(Number(text) / 1000))
    : undefined;
}

export function readCount(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** Total: what cannot be read is no time at all. */
export const readSeconds = (text: string | undefined): Seconds => seconds(readCount(text) ?? 0);

/** A SIP domain is the same in capitals (RFC 3261 §19.1.4). */
export const readDomain = (text: string | undefined): string | undefined =>
  text === undefined || text === '' ? undefined : text.toLowerCase();

export function isOneOf<T extends string>(
  known: readonly T[],
  text: string | undefined,
): text is T {
  return known.some((each) => each === text);
}
