import { readExtension } from '../../common/phone-number.ts';
import type { LegId } from '../call/event.ts';
import type { Account } from './directory.ts';
import type { Routing } from './plan.ts';
import type { TraceStep } from './trace.ts';
import type { World } from './world.ts';

/**
 * `**100` takes the call that rings at 100: the one its lamp blinks for, and no other. A call
 * that 100 makes rings at somebody else, so it is never taken; nor is one of another organisation.
 *
 * @returns undefined where it was not `**` and an extension of ours that was dialled.
 */
export function pickUp(
  dialled: string,
  { organisation, user }: Account,
  { calls }: World,
  trace: readonly TraceStep[],
): Routing | undefined {
  const extension = dialled.startsWith('**') ? readExtension(dialled.slice(2)) : undefined;
  const called = extension && organisation.users.get(extension);
  if (called === undefined) return undefined;

  const ringing = calls.get(called.id)?.ringing;
  if (ringing === undefined) {
    return {
      plan: { kind: 'refuse', sip: 480, say: 'refuse-not-ringing', language: user.language },
      trace: [...trace, { rule: 'pickup', because: `nothing rings at ${called.name}` }],
      effects: [],
    };
  }
  return {
    plan: { kind: 'pickup', caller: ringing.caller, ringing: ringingFor(ringing.caller, calls) },
    trace: [
      ...trace,
      { rule: 'pickup', because: `${user.name} takes what rings at ${called.name}` },
    ],
    effects: [],
  };
}

/** A call to a team rings at others, too: all of them are told that it was taken. */
const ringingFor = (caller: LegId, calls: World['calls']): readonly LegId[] =>
  [...calls.values()].flatMap(({ ringing }) => (ringing?.caller === caller ? ringing.legs : []));
