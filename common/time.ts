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
