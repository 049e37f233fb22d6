import type { EndsAs } from '../../common/activity.ts';
import type { EpochMs } from '../../common/time.ts';
import { dateOf } from '../calendar/calendar-date.ts';
import { localTime } from '../calendar/local-time.ts';
import type { SaidPart } from './plan.ts';

/** "till den tjugofjärde december, klockan tretton och trettio", from prompts that are always there. */
export function sayEnd(
  endsAt: EpochMs | undefined,
  now: EpochMs,
  zone: string,
  endsAs: EndsAs,
): readonly SaidPart[] {
  if (endsAt === undefined) return [];
  const { day, minute } = localTime(endsAt, zone);
  const isToday = day === localTime(now, zone).day;
  const date = dateOf(day);
  const onDate = isToday ? [] : [prompt('day', date.day), prompt('month', date.month)];
  const atTime = endsAs === 'date' && !isToday ? [] : timeOfDay(minute);
  return [{ kind: 'prompt', name: 'until' }, ...onDate, ...atTime];
}

function timeOfDay(minute: number): readonly SaidPart[] {
  const rest = minute % 60;
  const hour = prompt('hour', Math.floor(minute / 60));
  return rest === 0 ? [hour] : [hour, prompt('minute', rest)];
}

const prompt = (series: 'day' | 'month' | 'hour' | 'minute', value: number): SaidPart => ({
  kind: 'prompt',
  name: `${series}-${String(value).padStart(2, '0')}`,
});
