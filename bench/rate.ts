/**
 * Calls a second that a bench places: 20, for which the targets are written, or
 * what `BENCH_RATE` says. On a slow machine 20 is beyond what FreeSWITCH itself
 * stands, and then the numbers tell the length of a queue.
 */
export const CALLS_PER_SECOND = Number(process.env['BENCH_RATE'] ?? 20);
