import type { LegId } from '../call/event.ts';
import type { Line, LineCall, UserId } from '../lines/line.ts';
import type { Organisation, User } from '../routing/directory.ts';

/** A call as one person has it. */
export interface OwnCall {
  readonly user: User;
  readonly call: LineCall;
  /** The person's leg that was named. */
  readonly leg: LegId;
}

/** The call that has this leg on somebody's side, in this organisation; of this one person, where given. */
export function findOwnCall(
  leg: string,
  organisation: Organisation,
  only: User | undefined,
  lines: ReadonlyMap<UserId, Line>,
): OwnCall | undefined {
  for (const user of only === undefined ? organisation.users.values() : [only]) {
    for (const call of lines.get(user.id)?.calls ?? []) {
      const named = call.legs.find((each) => each === leg);
      if (named !== undefined) return { user, call, leg: named };
    }
  }
  return undefined;
}
