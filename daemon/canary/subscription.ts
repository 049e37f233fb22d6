import type { EpochMs } from '../../common/time.ts';
import type { Lamp, LampState } from '../call/lamp.ts';
import { readDialogInfo } from './dialog-info.ts';
import type { Digest } from './digest.ts';
import type { NotifyNumbers } from './notify-numbers.ts';
import {
  answerTo,
  headerOf,
  sequenceOf,
  type SipRequest,
  type SipResponse,
  sipText,
} from './sip-message.ts';

/** What a subscription wants done, or has found out. */
export type Word =
  | { readonly kind: 'send'; readonly text: string }
  | { readonly kind: 'shown'; readonly state: LampState }
  /** NOTIFYs are numbered lower than before: phones may refuse them (RFC 3261 §12.2.2). */
  | { readonly kind: 'numbers-fell' }
  | { readonly kind: 'over'; readonly why: 'left' | 'refused' | 'silent' | 'ended' };

/**
 * One subscription to one lamp (RFC 6665), as a phone has it, without any input or output of its own:
 * it is told what came and how late it is, and says what to send. It stands for a minute and is not
 * renewed, so that one which FreeSWITCH forgets is missed for no longer.
 */
export interface CanarySubscription {
  readonly lamp: Lamp;
  readonly callId: string;
  readonly since: EpochMs;
  begin(): readonly Word[];
  answered(response: SipResponse, now: EpochMs): readonly Word[];
  notified(request: SipRequest, now: EpochMs): readonly Word[];
  tick(now: EpochMs): readonly Word[];
  leave(now: EpochMs): readonly Word[];
}

export interface SubscriptionFacts {
  readonly lamp: Lamp;
  readonly username: string;
  /** Where we are heard: `127.0.0.1:40112`. */
  readonly local: string;
  readonly digest: Digest;
  readonly numbers: NotifyNumbers;
  /** Text that nobody has used before, of letters and digits. */
  readonly fresh: () => string;
  readonly now: EpochMs;
}

export function createSubscription(facts: SubscriptionFacts): CanarySubscription {
  const { lamp, username, local, digest, numbers, fresh, now: since } = facts;
  const us = `<sip:${username}@${lamp.domain}>;tag=${fresh()}`;
  const callId = fresh();
  const asked = `sip:${nameOnKey(lamp)}@${lamp.domain}`;
  let them = { to: `<${asked}>`, target: asked };
  let sequence = 0;
  let tries = 0;
  let leaving = false;
  let waiting:
    { readonly text: string; readonly sentAt: EpochMs; readonly againAt: number } | undefined;
  let newest: number | undefined;

  function ask(now: EpochMs): readonly Word[] {
    sequence += 1;
    tries += 1;
    const authorization = digest.header('SUBSCRIBE', them.target);
    const text = sipText(`SUBSCRIBE ${them.target} SIP/2.0`, [
      ['Via', `SIP/2.0/UDP ${local};rport;branch=z9hG4bK${fresh()}`],
      ['Max-Forwards', '70'],
      ['From', us],
      ['To', them.to],
      ['Call-ID', callId],
      ['CSeq', `${sequence} SUBSCRIBE`],
      ['Contact', `<sip:${username}@${local}>`],
      ['Event', 'dialog'],
      ['Accept', 'application/dialog-info+xml'],
      ['Expires', leaving ? '0' : STANDS_S],
      ...(authorization === undefined ? [] : [authorization]),
    ]);
    waiting = { text, sentAt: now, againAt: now + T1_MS };
    return [{ kind: 'send', text }];
  }

  const over = (why: 'refused' | 'silent' | 'ended'): readonly Word[] => [
    { kind: 'over', why: leaving ? 'left' : why },
  ];

  return {
    lamp,
    callId,
    since,
    begin: () => ask(since),
    answered(response, now) {
      const { number, method } = sequenceOf(response);
      if (method !== 'SUBSCRIBE' || number !== sequence || response.status < 200) return [];
      if (waiting === undefined) return [];
      waiting = undefined;
      if (response.status === 401 || response.status === 407) {
        if (tries >= TRIES) return over('refused');
        if (!digest.learn(response)) digest.forget();
        return ask(now);
      }
      if (response.status >= 300 || leaving) return over('refused');
      const target = /<(sips?:[^>\s]+)>/.exec(headerOf(response, 'contact'))?.[1];
      them = { to: headerOf(response, 'to'), target: target ?? asked };
      return [];
    },
    notified(request, now) {
      const answer = { kind: 'send', text: answerTo(request, 200) } as const;
      const { number } = sequenceOf(request);
      const fell = numbers.fell(number, now);
      // Sent again, or overtaken by a newer one.
      if (newest !== undefined && number <= newest && !fell) return [answer];
      newest = number;
      const state = readDialogInfo(request.body);
      const ended = headerOf(request, 'subscription-state').startsWith('terminated');
      return [
        answer,
        ...(fell ? [{ kind: 'numbers-fell' } as const] : []),
        ...(ended ? over('ended') : state === undefined ? [] : [{ kind: 'shown', state } as const]),
      ];
    },
    tick(now) {
      if (waiting === undefined || now < waiting.againAt) return [];
      const { text, sentAt } = waiting;
      if (now - sentAt >= SILENT_MS) return over('silent');
      waiting = { text, sentAt, againAt: now + Math.min(2 * (now - sentAt), T2_MS) };
      return [{ kind: 'send', text }];
    },
    leave(now) {
      if (leaving) return [];
      leaving = true;
      tries = 0;
      return ask(now);
    },
  };
}

/** A person’s lamp is on the key as the extension alone; presence_map.conf.xml knows whose it is. */
const nameOnKey = ({ kind, name }: Lamp): string => (kind === 'vaxel' ? name : `${kind}+${name}`);

/** Longer than any is held: FreeSWITCH takes up to a minute off it (`sip-subscription-max-deviation`). */
const STANDS_S = '300';

/** RFC 3261 §17.1.2.1, milliseconds: between two sendings of what is not answered, doubled up to T2. */
const T1_MS = 500;
const T2_MS = 4_000;

/** FreeSWITCH is on this machine: what it has not answered by then it does not answer. */
const SILENT_MS = 8_000;

/** Without credentials, with an old nonce, with a new one. */
const TRIES = 4;
