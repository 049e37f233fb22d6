import type { Line, Lines, UserId } from './lines/line.ts';
import { ringingCall } from './lines/ringing-call.ts';
import type { CallsNow } from './routing/world.ts';

/** What each person's telephone does, as decisions ask for it. A picture that is handed out does not change any more. */
export function keepCallsNow(lines: Lines): () => ReadonlyMap<UserId, CallsNow> {
  let picture: ReadonlyMap<UserId, CallsNow> = new Map(
    [...lines.current()].flatMap(([user, line]) => {
      const calls = callsOf(line);
      return calls === undefined ? [] : [[user, calls] as const];
    }),
  );
  lines.onChange((changed) => {
    const next = new Map(picture);
    for (const { user, line } of changed) {
      const calls = callsOf(line);
      if (calls === undefined) next.delete(user);
      else next.set(user, calls);
    }
    picture = next;
  });
  return () => picture;
}

function callsOf(line: Line | undefined): CallsNow | undefined {
  const busy = line?.calls.filter(({ state }) => state !== 'ringing').length ?? 0;
  const rings = ringingCall(line);
  if (rings !== undefined) return { busy, ringing: { caller: rings.peer, legs: rings.legs } };
  return busy === 0 ? undefined : { busy };
}
