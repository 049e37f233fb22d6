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
    const calls = changed.map(({ user, line }) => ({ user, now: callsOf(line) }));
    // A phone that is called and does not ring yet changes nothing here.
    if (calls.every(({ user, now }) => now === undefined && !picture.has(user))) return;
    const next = new Map(picture);
    for (const { user, now } of calls) {
      if (now === undefined) next.delete(user);
      else next.set(user, now);
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
