import type { EpochMs } from '../../common/time.ts';
import type { ExchangeEvent, LegId } from '../call/event.ts';
import type { EslHeaders } from './headers.ts';
import { type Ignored, ignored } from './ignored.ts';
import { readDomain, readSeconds } from './values.ts';

/** What somebody did with a mailbox. Source: `mod_voicemail.c`. */
export function readMailbox(headers: EslHeaders, at: EpochMs): ExchangeEvent | Ignored {
  const [user, what] = [headers['VM-User'], headers['VM-Action']];
  const domain = readDomain(headers['VM-Domain']);
  if (!user || !what || domain === undefined) {
    return ignored('vm::maintenance without VM-Action, VM-User or VM-Domain');
  }
  const mailbox = { at, user, domain };
  switch (what) {
    case 'leave-message':
      return {
        kind: 'message-left',
        message: headers['VM-UUID'] ?? '',
        length: readSeconds(headers['VM-Message-Len']),
        from: {
          name: headers['VM-Caller-ID-Name'] ?? '',
          number: headers['VM-Caller-ID-Number'] ?? '',
        },
        ...mailbox,
      };
    case 'authentication':
      return {
        kind: 'mailbox-login',
        leg: (headers['Unique-ID'] ?? '') as LegId,
        success: headers['VM-Auth-Result'] === 'success',
        waived: headers['variable_voicemail_authorized'] === 'true',
        ...mailbox,
      };
    default:
      return { kind: 'mailbox-changed', what, ...mailbox };
  }
}

/** `MWI-Voice-Message: 2/1 (0/0)` is two new and one old, and of each how many are urgent (RFC 3842 §5.2). */
export function readMessagesWaiting(headers: EslHeaders, at: EpochMs): ExchangeEvent | Ignored {
  const account = /^(?:sip:)?([^@]+)@(.+)$/.exec(headers['MWI-Message-Account'] ?? '');
  const counts = /^(\d{1,6})\/(\d{1,6})/.exec(headers['MWI-Voice-Message'] ?? '0/0');
  const [user, domain] = [account?.[1], readDomain(account?.[2])];
  if (user === undefined || domain === undefined || counts === null) {
    return ignored('MESSAGE_WAITING without a readable account and count');
  }
  return {
    kind: 'messages-waiting',
    at,
    user,
    domain,
    fresh: Number(counts[1]),
    old: Number(counts[2]),
    tells: readTold(headers),
  };
}

/** mod_voicemail hands back what mod_sofia asked with (`VM-sub-call-id`, `VM-Call-ID`), without the prefix. */
function readTold(headers: EslHeaders): 'all' | 'one-registered' | 'one-subscribed' {
  if (headers['sub-call-id'] !== undefined) return 'one-subscribed';
  return headers['Call-ID'] === undefined ? 'all' : 'one-registered';
}
