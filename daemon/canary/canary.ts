import { epochMs, type EpochMs } from '../../common/time.ts';
import { type Lamp, lampKey, type LampState } from '../call/lamp.ts';
import { createDigest, type Digest } from './digest.ts';
import type { NotifyNumbers } from './notify-numbers.ts';
import { answerTo, headerOf, readSipMessage } from './sip-message.ts';
import { type CanarySubscription, createSubscription, type Word } from './subscription.ts';

/**
 * Our own phone among those that watch lamps. It has no input or output of its own: it is told what
 * came and how late it is, and gives the datagrams to send.
 */
export interface Canary {
  heard(datagram: Uint8Array, now: EpochMs): readonly string[];
  /** Twice a second: lamps take turns, and what was not answered is sent again. */
  tick(now: EpochMs): readonly string[];
  /** Ends every subscription. */
  leave(now: EpochMs): readonly string[];
  /** Those it has a subscription to now. */
  sampled(): Iterable<Lamp>;
  figures(): CanaryFigures;
}

export interface CanaryFigures {
  readonly sampled: number;
  /** Subscriptions that were refused, not answered, or ended before their time. */
  readonly failed: number;
}

export interface CanaryDeps {
  /** Every lamp that some phone watches. */
  readonly watched: () => Iterable<Lamp>;
  readonly isWatched: (lamp: Lamp) => boolean;
  /** What FreeSWITCH said a lamp shows; `undefined` when we do not know any longer. */
  readonly saw: (lamp: Lamp, state: LampState | undefined) => void;
  /** When phones were told something last. */
  readonly toldAt: () => EpochMs;
  readonly numbers: NotifyNumbers;
  /** FreeSWITCH numbers its NOTIFYs lower than before. */
  readonly numbersFell: () => void;
  readonly username: string;
  readonly passwordOf: (domain: string) => string;
  /** Where we are heard: `127.0.0.1:40112`. */
  readonly local: string;
  readonly fresh: () => string;
}

export function createCanary(deps: CanaryDeps): Canary {
  const { watched, isWatched, saw, toldAt, numbers, username, passwordOf, local, fresh } = deps;
  const byCallId = new Map<string, CanarySubscription>();
  const byLamp = new Map<string, CanarySubscription>();
  /** By domain: a nonce is good for every lamp of it. */
  const digests = new Map<string, Digest>();
  let turn: Iterator<Lamp> = [].values();
  /** For the number of its first NOTIFY alone. */
  let probe: CanarySubscription | undefined;
  let probedAt = epochMs(0);
  let failed = 0;

  function digestOf(domain: string): Digest {
    const known = digests.get(domain);
    const digest = known ?? createDigest({ username, password: passwordOf(domain) }, fresh);
    digests.set(domain, digest);
    return digest;
  }

  function subscriptionTo(lamp: Lamp, now: EpochMs): CanarySubscription {
    const digest = digestOf(lamp.domain);
    const own = createSubscription({ lamp, username, local, digest, numbers, fresh, now });
    byCallId.set(own.callId, own);
    return own;
  }

  function begin(lamp: Lamp, now: EpochMs): readonly string[] {
    const own = subscriptionTo(lamp, now);
    byLamp.set(lampKey(lamp), own);
    return carryOut(own, own.begin());
  }

  /** Phones were told something, and none of our lamps may have changed: had the numbers fallen, nobody would know. */
  function lookAtNumbers(now: EpochMs): readonly string[] {
    const [sample] = byLamp.values();
    if (sample === undefined || toldAt() <= probedAt) return [];
    probedAt = now;
    probe = subscriptionTo(sample.lamp, now);
    return carryOut(probe, probe.begin());
  }

  function endProbe(now: EpochMs): readonly string[] {
    const own = probe;
    probe = undefined;
    return own === undefined ? [] : carryOut(own, own.leave(now));
  }

  function carryOut(own: CanarySubscription, words: readonly Word[]): readonly string[] {
    return words.flatMap((word) => {
      switch (word.kind) {
        case 'send':
          return [word.text];
        case 'shown':
          if (byLamp.get(lampKey(own.lamp)) === own) saw(own.lamp, word.state);
          return [];
        case 'numbers-fell':
          deps.numbersFell();
          return [];
        case 'over':
          if (word.why !== 'left') failed += 1;
          byCallId.delete(own.callId);
          if (probe === own) probe = undefined;
          letGo(own);
          return [];
      }
    });
  }

  /** From now on nothing is held against the truth that it says. */
  function letGo(own: CanarySubscription): void {
    const key = lampKey(own.lamp);
    if (byLamp.get(key) !== own) return;
    byLamp.delete(key);
    saw(own.lamp, undefined);
  }

  function end(own: CanarySubscription, now: EpochMs): readonly string[] {
    letGo(own);
    return carryOut(own, own.leave(now));
  }

  /** The next whose turn it is; none where each that is watched has its subscription. */
  function nextLamp(): Lamp | undefined {
    for (let round = 0; round < 2; round += 1) {
      for (let next = turn.next(); next.done !== true; next = turn.next()) {
        if (isWatched(next.value) && !byLamp.has(lampKey(next.value))) return next.value;
      }
      turn = [...watched()].values();
    }
    return undefined;
  }

  return {
    heard(datagram, now) {
      const message = readSipMessage(datagram);
      if (message === undefined) return [];
      const own = byCallId.get(headerOf(message, 'call-id'));
      if (message.kind === 'response') {
        return own === undefined ? [] : carryOut(own, own.answered(message, now));
      }
      if (message.method === 'ACK') return [];
      if (message.method !== 'NOTIFY') return [answerTo(message, 405)];
      // Of a daemon before us: FreeSWITCH forgets it for this answer.
      if (own === undefined) return [answerTo(message, 481)];
      return carryOut(own, own.notified(message, now));
    },
    tick(now) {
      const sent = [...byCallId.values()].flatMap((own) => {
        const isOver = now - own.since >= HELD_MS || !isWatched(own.lamp);
        return isOver && byLamp.get(lampKey(own.lamp)) === own
          ? end(own, now)
          : carryOut(own, own.tick(now));
      });
      const lamp = byLamp.size < AT_ONCE ? nextLamp() : undefined;
      const begun = lamp === undefined ? [] : begin(lamp, now);
      return [...sent, ...endProbe(now), ...lookAtNumbers(now), ...begun];
    },
    leave: (now) => [...endProbe(now), ...[...byLamp.values()].flatMap((own) => end(own, now))],
    sampled: () => [...byLamp.values()].map(({ lamp }) => lamp),
    figures: () => ({ sampled: byLamp.size, failed }),
  };
}

/** Subscriptions at a time: half a lamp a second changes, a thousand take their turn in an hour. */
const AT_ONCE = 16;

/** Milliseconds. */
const HELD_MS = 60_000;
