import { epochMs, type EpochMs } from '../common/time.ts';
import { readDay, type DayNumber } from '../daemon/calendar/calendar-date.ts';
import { momentOf } from '../daemon/calendar/local-time.ts';
import type { Question } from '../daemon/call/question.ts';
import { clockOf } from '../daemon/explain/clock.ts';
import { outcomeOf } from '../daemon/explain/outcome.ts';
import type { Language, Organisation } from '../daemon/routing/directory.ts';
import { route } from '../daemon/routing/route.ts';
import type { World } from '../daemon/routing/world.ts';
import { done, type Outcome, type Refused, refused } from './command.ts';
import { table } from './print.ts';

/** A local day: from its first moment to the next day’s. */
export interface Day {
  readonly day: DayNumber;
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** `2026-12-24` */
export function readDate(text: string, zone: string): Day | Refused {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  const day = readDay(Number(year), Number(month), Number(date));
  if (day === undefined) {
    return refused('bad-date', `${text} is no date: write it as 2026-12-24`);
  }
  return { day, from: momentOf(day, 0, zone), to: momentOf(day, 1440, zone) };
}

/** Where one call would go at every minute of the day, told as spans of one outcome. */
export function overDay(
  question: Question,
  world: World,
  { zone }: Organisation,
  language: Language,
  { from, to }: Day,
): Outcome {
  const spans: { from: EpochMs; to: EpochMs; outcome: string; because: string }[] = [];
  for (let at = from; at < to; at = epochMs(at + MINUTE_MS)) {
    const { plan, trace } = route(question, world, at);
    const outcome = outcomeOf(plan);
    const last = spans.at(-1);
    if (last?.outcome === outcome) last.to = epochMs(at + MINUTE_MS);
    else {
      const because = trace.at(-1)?.because ?? '';
      spans.push({ from: at, to: epochMs(at + MINUTE_MS), outcome, because });
    }
  }
  const clock = clockOf(zone, language, from);
  const rows = spans.map((span) => [
    clock(span.from),
    span.to === to ? '24:00' : clock(span.to),
    span.outcome,
    span.because,
  ]);
  return done(spans, table(['FROM', 'TO', 'OUTCOME', 'BECAUSE'], rows));
}

const MINUTE_MS = 60_000;
