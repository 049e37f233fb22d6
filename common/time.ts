import type { Brand } from './brand.ts';

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = Brand<number, 'EpochMs'>;

/** A length of time in whole seconds; the unit FreeSWITCH uses for its timeouts. */
export type Seconds = Brand<number, 'Seconds'>;

export const HOUR_MS = 3_600_000;

export const epochMs = (value: number): EpochMs => value as EpochMs;
export const seconds = (value: number): Seconds => value as Seconds;

/** The clock, as a dependency: whatever decides by time is given one, or a moment from one. */
export type Clock = () => EpochMs;

/** The wall clock of this machine; the only place that reads it. */
export const systemClock: Clock = () => epochMs(Date.now());

/**
 * The wall clock as it was when this program began, and the time since: no step of the
 * clock moves it. For how long, never for what time it is.
 */
export const steadyClock: Clock = () => epochMs(performance.timeOrigin + performance.now());

/** A moment of the steady clock, as the wall clock of now would have shown it. */
export const wallTimeOf = (steady: EpochMs): EpochMs =>
  epochMs(steady + systemClock() - steadyClock());
