import type { EpochMs } from '../../common/time.ts';
import type { LegEvent, LegFacts, LegId } from '../call/event.ts';
import type { EslHeaders } from './headers.ts';
import { type Ignored, ignored } from './ignored.ts';
import { readLeg } from './leg.ts';
import { isOneOf } from './values.ts';

/** What happens to one leg. Source: `switch_channel.c`, `switch_channel_event_set_basic_data`. */
export function readLegEvent(name: string, headers: EslHeaders, at: EpochMs): LegEvent | Ignored {
  if (!name.startsWith('CHANNEL_')) return ignored(`${name} is not for us`);
  const leg = readLeg(headers);
  if (leg === undefined) return ignored(`${name} without Unique-ID`);
  const facts = { ...leg, at };

  switch (name) {
    case 'CHANNEL_CREATE':
      return { kind: 'leg-started', ...facts };
    case 'CHANNEL_PROGRESS':
      return { kind: 'leg-ringing', media: false, ...facts };
    case 'CHANNEL_PROGRESS_MEDIA':
      return { kind: 'leg-ringing', media: true, ...facts };
    case 'CHANNEL_ANSWER':
      return { kind: 'leg-answered', ...facts };
    case 'CHANNEL_HOLD':
      return { kind: 'leg-held', ...facts };
    case 'CHANNEL_UNHOLD':
      return { kind: 'leg-resumed', ...facts };
    case 'CHANNEL_BRIDGE':
      return readBridge('leg-bridged', headers, facts);
    case 'CHANNEL_UNBRIDGE':
      return readBridge('leg-unbridged', headers, facts);
    case 'CHANNEL_HANGUP_COMPLETE':
      return { kind: 'leg-ended', cause: readCause(headers['Hangup-Cause']), ...facts };
    case 'CHANNEL_CALLSTATE':
      return readCallState(headers, facts);
    default:
      return ignored(`${name} is not for us`);
  }
}

/** Source: switch_channel.c, `switch_channel_perform_set_callstate` and its callers. */
function readCallState(headers: EslHeaders, facts: LegFacts): LegEvent | Ignored {
  const state = headers['Channel-Call-State'];
  switch (state) {
    case 'RINGING':
      return facts.direction === 'out'
        ? { kind: 'leg-ringing', media: false, ...facts }
        : { kind: 'leg-started', ...facts };
    case 'EARLY':
      return { kind: 'leg-ringing', media: true, ...facts };
    case 'ACTIVE': {
      const wasHeld = /^(HELD|UNHELD)$/.test(headers['Original-Channel-Call-State'] ?? '');
      return { kind: wasHeld ? 'leg-resumed' : 'leg-answered', ...facts };
    }
    case 'UNHELD':
      return { kind: 'leg-resumed', ...facts };
    case 'HELD':
      return { kind: 'leg-held', ...facts };
    case 'HANGUP':
      return { kind: 'leg-ended', cause: readCause(headers['Hangup-Cause']), ...facts };
    default:
      return ignored(`CHANNEL_CALLSTATE ${state ?? 'without Channel-Call-State'}`);
  }
}

/**
 * Who hears whom. `Other-Leg-Unique-ID` already shows the new peer while a
 * transfer unbridges the old one; `Bridge-A/B-Unique-ID` are right.
 */
function readBridge(
  kind: 'leg-bridged' | 'leg-unbridged',
  headers: EslHeaders,
  facts: LegFacts,
): LegEvent | Ignored {
  const [a, b] = [headers['Bridge-A-Unique-ID'], headers['Bridge-B-Unique-ID']];
  const other = a === facts.leg ? b : a;
  if (!other || !b) return ignored(`${kind} without Bridge-A-Unique-ID or Bridge-B-Unique-ID`);
  return { kind, with: other as LegId, ...facts };
}

const readCause = (text: string | undefined) => (isOneOf(CAUSES, text) ? text : 'other');

const CAUSES = [
  'ALLOTTED_TIMEOUT',
  'ATTENDED_TRANSFER',
  'BLIND_TRANSFER',
  'CALL_REJECTED',
  'LOSE_RACE',
  'NORMAL_CLEARING',
  'NO_ANSWER',
  'NO_USER_RESPONSE',
  'ORIGINATOR_CANCEL',
  'PICKED_OFF',
  'UNALLOCATED_NUMBER',
  'USER_BUSY',
  'USER_NOT_REGISTERED',
] as const;
