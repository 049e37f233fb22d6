import type { LegId } from '../call/event.ts';
import type { Line, LineCall, Lines } from './line.ts';

/** The call that rings at a person now, longest first; never one that the person makes. */
export function ringingCall(
  line: Line | undefined,
): (LineCall & { readonly peer: LegId }) | undefined {
  return line?.calls
    .filter(isRinging)
    .toSorted((one, other) => one.since - other.since)
    .at(0);
}

const isRinging = (call: LineCall): call is LineCall & { readonly peer: LegId } =>
  call.state === 'ringing' && call.direction === 'in' && call.peer !== undefined;

/** Every leg that rings for one caller: of a call to a team, those of several people. */
export const legsRungFor = (caller: LegId, lines: ReturnType<Lines['current']>): readonly LegId[] =>
  [...lines.values()].flatMap(({ calls }) =>
    calls.filter((call) => isRinging(call) && call.peer === caller).flatMap(({ legs }) => legs),
  );
