import { readExtension } from '../../common/phone-number.ts';
import type { Question } from '../call/question.ts';
import type { Line, UserId } from '../lines/line.ts';
import type { Directory } from './directory.ts';
import type { Routing } from './plan.ts';

/**
 * `**100` takes the call that rings at 100: the one its lamp blinks for, and no other. A call
 * that 100 makes rings at somebody else, so it is never taken; nor is one of another organisation.
 *
 * @returns undefined where it was not `**` and an extension of ours that was dialled.
 */
export function routePickup(
  { dialled, from }: Question,
  { accounts }: Directory,
  lines: ReadonlyMap<UserId, Line>,
): Routing | undefined {
  const extension = dialled.startsWith('**') ? readExtension(dialled.slice(2)) : undefined;
  if (extension === undefined || from.kind !== 'device') return undefined;
  const picker = accounts.get(`${from.username}@${from.domain}`);
  const called = picker?.organisation.users.get(extension);
  if (picker === undefined || called === undefined) return undefined;

  const ringing = lines
    .get(called.id)
    ?.calls.find(({ state, direction }) => state === 'ringing' && direction === 'in');
  const { name } = picker.user;
  if (ringing?.peer === undefined) {
    return {
      plan: { kind: 'refuse', sip: 480, say: 'refuse-unknown', language: picker.user.language },
      trace: [{ rule: 'pickup', because: `nothing rings at ${called.name}` }],
    };
  }
  return {
    plan: { kind: 'pickup', caller: ringing.peer, ringing: ringing.legs },
    trace: [{ rule: 'pickup', because: `${name} takes what rings at ${called.name}` }],
  };
}
