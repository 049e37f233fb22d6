import type { ChargedKind } from '../common/destination-class.ts';
import { type EpochMs, HOUR_MS } from '../common/time.ts';
import type { LegId } from './call/event.ts';
import type { Payer } from './routing/plan.ts';
import type { Spent } from './routing/spent.ts';

/** A call that has left for the public network. */
export interface LeftCall {
  /** The caller's. */
  readonly leg: LegId;
  readonly at: EpochMs;
  readonly payer: Payer;
}

export interface SpentKeeper {
  left(call: LeftCall): void;
  legEnded(leg: LegId): void;
  /** The callers' legs of those calls that go on and that this person pays for. */
  paidBy(user: string): readonly LegId[];
  /** By the id of the person and of the organisation. A picture that is handed out does not change any more. */
  at(now: EpochMs): ReadonlyMap<string, Spent>;
  /** All that is known, to go on from elsewhere. */
  state(): SpentState;
}

export interface SpentState {
  readonly calls: readonly KeptCall[];
  readonly drawn: Drawn | undefined;
}

/** `over`: its end was heard of. */
type KeptCall = LeftCall & { readonly over?: true };

/** The picture that was handed out last, and when it was made. */
interface Drawn {
  readonly at: EpochMs;
  readonly picture: ReadonlyMap<string, Spent>;
}

/**
 * Remembers who has called outside of late.
 *
 * @param earlier - of the last hour before the start, the oldest first.
 * @param isLive - whether FreeSWITCH has a leg, as far as is known: an end that nobody heard of is seen all the same.
 * @param onDrawn - told of each new picture, which is of that moment.
 */
export function keepSpent(
  earlier: readonly LeftCall[] | SpentState,
  isLive: (leg: LegId) => boolean,
  onDrawn: (at: EpochMs) => void = () => undefined,
): SpentKeeper {
  const from = 'calls' in earlier ? earlier : { calls: earlier, drawn: undefined };
  let { calls, drawn: last }: SpentState = from;

  function draw(now: EpochMs): ReadonlyMap<string, Spent> {
    // FreeSWITCH may ask about a call before it has told of its leg.
    const goesOn = ({ leg, at, over }: (typeof calls)[number]) =>
      over !== true && (isLive(leg) || now - at < STALE_MS);
    calls = calls.filter(
      (call) => goesOn(call) || (call.payer.class !== 'free' && now - call.at < HOUR_MS),
    );
    const drawn = new Map<string, { live: number; began: Record<ChargedKind, EpochMs[]> }>();
    for (const call of calls) {
      const { user, organisation, class: kind } = call.payer;
      for (const id of [user, organisation]) {
        const spent = drawn.get(id) ?? {
          live: 0,
          began: { domestic: [], abroad: [], premium: [] },
        };
        if (goesOn(call)) spent.live += 1;
        if (kind !== 'free') spent.began[kind].push(call.at);
        drawn.set(id, spent);
      }
    }
    return drawn;
  }

  return {
    left(call) {
      calls = [...calls, call];
      last = undefined;
    },
    legEnded(ended) {
      if (!calls.some(({ leg }) => leg === ended)) return;
      calls = calls.map((call) => (call.leg === ended ? { ...call, over: true } : call));
      last = undefined;
    },
    paidBy(user) {
      return calls.flatMap(({ leg, payer, over }) =>
        payer.user === user && over !== true && isLive(leg) ? [leg] : [],
      );
    },
    at(now) {
      if (last === undefined || now - last.at > STALE_MS) {
        onDrawn(now);
        last = { at: now, picture: draw(now) };
      }
      return last.picture;
    },
    state: () => ({ calls, drawn: last }),
  };
}

/** Milliseconds. */
const STALE_MS = 5_000;
