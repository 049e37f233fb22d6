import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../common/time.ts';

/**
 * Nonces for Digest (RFC 7616 §3.3, §5.4): ours by their signature, good for a
 * while, and each count of each good for one request.
 *
 * One that was never used for a right answer costs no memory, so that asking for
 * many fills nothing.
 */
export interface Nonces {
  make(): string;
  /** Whether we made it, and how long ago. */
  look(nonce: string): 'fresh' | 'stale' | 'foreign';
  /** Takes a count of a fresh nonce. @returns whether nobody had. */
  take(nonce: string, count: number): boolean;
}

/** A nonce that was answered right: when it was made and first used, and its counts so far. */
interface Used {
  readonly born: number;
  readonly first: number;
  readonly counts: Set<number>;
}

/** Milliseconds. A phone fetches all its files in less. */
const GOOD_FOR_MS = 300_000;

export function createNonces(clock: Clock): Nonces {
  const key = randomBytes(32);
  const used = new Map<string, Used>();
  const sign = (text: string) =>
    createHmac('sha256', key).update(text).digest('base64url').slice(0, 22);

  function bornAt(nonce: string): number | undefined {
    const [born = '', random = '', signature = ''] = nonce.split('.');
    const right = Buffer.from(sign(`${born}.${random}`));
    const given = Buffer.from(signature);
    if (right.length !== given.length || !timingSafeEqual(right, given)) return undefined;
    return Number.parseInt(born, 36);
  }

  function forgetOld(now: number): void {
    for (const [nonce, { first }] of used) {
      if (now - first < GOOD_FOR_MS * 2) return;
      used.delete(nonce);
    }
  }

  return {
    make: () => {
      const text = `${clock().toString(36)}.${randomBytes(12).toString('base64url')}`;
      return `${text}.${sign(text)}`;
    },
    look: (nonce) => {
      // One that was used for a right answer was ours then.
      const born = used.get(nonce)?.born ?? bornAt(nonce);
      if (born === undefined) return 'foreign';
      return clock() - born > GOOD_FOR_MS ? 'stale' : 'fresh';
    },
    take: (nonce, count) => {
      const now = clock();
      forgetOld(now);
      const before = used.get(nonce);
      if (before?.counts.has(count) === true) return false;
      if (before !== undefined) before.counts.add(count);
      else used.set(nonce, { born: bornAt(nonce) ?? now, first: now, counts: new Set([count]) });
      return true;
    },
  };
}
