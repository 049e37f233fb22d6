import type { EpochMs } from '../../common/time.ts';
import type { Forward, ForwardReason, Presence } from './presence.ts';

/** The forward of a person for this reason, where one holds at this moment. */
export function forwardNow(
  { forwards }: Presence,
  user: string,
  reason: ForwardReason,
  now: EpochMs,
): Forward | undefined {
  const forward = forwards.get(user)?.[reason];
  const isOver = forward?.endsAt !== undefined && forward.endsAt <= now;
  return isOver ? undefined : forward;
}
