import type { EpochMs } from '../../common/time.ts';
import type { ExchangeEvent, LampAsked, LegEvent, LegFacts, LegId } from '../call/event.ts';
import { LAMP_KINDS } from '../call/lamp.ts';
import type { EslHeaders } from './headers.ts';
import { isOneOf, readCount, readDomain, readMicroseconds, readSeconds } from './values.ts';
import { readLeg } from './leg.ts';

/** Why an event did not become one of ours. Logged at debug; never thrown. */
export interface Ignored {
  readonly kind: 'ignored';
  readonly why: string;
}

/** What tells of legs: a dozen events for each forked call, of 8 kB each, so only who needs them asks. */
export const LEG_EVENTS: readonly string[] = [
  'CHANNEL_CREATE',
  'CHANNEL_PROGRESS',
  'CHANNEL_PROGRESS_MEDIA',
  'CHANNEL_ANSWER',
  'CHANNEL_BRIDGE',
  'CHANNEL_UNBRIDGE',
  'CHANNEL_HOLD',
  'CHANNEL_UNHOLD',
  'CHANNEL_HANGUP_COMPLETE',
];

/**
 * The fewest events from which lines can be told. CHANNEL_CALLSTATE is the only one of a leg that does not
 * carry all its variables (`switch_channel_event_set_extended_data`), and what it does carry names the owner.
 */
export const LINE_EVENTS: readonly string[] = ['CHANNEL_CALLSTATE', 'CHANNEL_BRIDGE'];

/**
 * What the daemon asks FreeSWITCH for. After `CUSTOM` it takes every word for a
 * subclass (`mod_event_socket.c`, `parse_command`), so that stands last.
 */
export const EVENTS: readonly string[] = [
  'PRESENCE_PROBE',
  'MESSAGE_WAITING',
  'HEARTBEAT',
  'SHUTDOWN',
  'CUSTOM',
  'sofia::register',
  'sofia::unregister',
  'sofia::expire',
  'sofia::gateway_state',
  'vm::maintenance',
];

/**
 * Reads one FreeSWITCH event.
 *
 * Total: any input gives an event or a reason. FreeSWITCH adds headers and
 * event names between releases, so what we do not know we ignore, and what we
 * know but cannot read we also ignore, saying which header it was.
 *
 * Sources: FreeSWITCH `switch_channel.c`, `switch_channel_event_set_basic_data`;
 * `sofia_reg.c`; `mod_voicemail.c`.
 */
export function readEvent(headers: EslHeaders): ExchangeEvent | Ignored {
  const name = headers['Event-Name'] ?? 'nameless event';
  const at = readMicroseconds(headers['Event-Date-Timestamp']);
  if (at === undefined) return ignored(`${name} without a readable Event-Date-Timestamp`);

  switch (name) {
    case 'CUSTOM':
      return readCustom(headers, at);
    case 'MESSAGE_WAITING':
      return readMessagesWaiting(headers, at);
    case 'PRESENCE_PROBE':
      return readLampAsked(headers, at);
    case 'HEARTBEAT':
      return { kind: 'heartbeat', at, sessions: readCount(headers['Session-Count']) ?? 0 };
    case 'SHUTDOWN':
      return { kind: 'shutdown', at };
    case 'BACKGROUND_JOB':
      return {
        kind: 'job-ended',
        at,
        job: headers['Job-UUID'] ?? '',
        said: headers['_body'] ?? '',
      };
    default:
      return readLegEvent(name, headers, at);
  }
}

function readLegEvent(name: string, headers: EslHeaders, at: EpochMs): LegEvent | Ignored {
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

function readCustom(headers: EslHeaders, at: EpochMs): ExchangeEvent | Ignored {
  const subclass = headers['Event-Subclass'] ?? 'CUSTOM without Event-Subclass';
  switch (subclass) {
    case 'sofia::register':
      return readRegistration(headers, at, 'registered');
    case 'sofia::unregister':
      return readRegistration(headers, at, 'asked');
    case 'sofia::expire':
      return readRegistration(headers, at, 'expired');
    case 'sofia::gateway_state': {
      const [gateway, state] = [headers['Gateway'], headers['State']];
      if (!gateway) return ignored(`${subclass} without Gateway`);
      return {
        kind: 'gateway',
        at,
        gateway,
        state: isOneOf(GATEWAY_STATES, state) ? state : 'other',
      };
    }
    case 'vm::maintenance':
      return readMailbox(headers, at);
    default:
      return ignored(`${subclass} is not for us`);
  }
}

/** An expiry names user and host otherwise than the two a phone asks for (`sofia_reg.c`). */
function readRegistration(
  headers: EslHeaders,
  at: EpochMs,
  how: 'registered' | 'asked' | 'expired',
): ExchangeEvent | Ignored {
  const username = headers['from-user'] ?? headers['user'];
  const domain = readDomain(headers['from-host'] ?? headers['host']);
  if (!username || domain === undefined) return ignored('a registration without user and host');
  const registration = {
    at,
    username,
    domain,
    contact: headers['contact'] ?? '',
    userAgent: headers['user-agent'] ?? '',
    ip: headers['network-ip'] ?? '',
    expires: readSeconds(how === 'registered' ? headers['expires'] : '0'),
  };
  return how === 'registered'
    ? { kind: 'registered', ...registration }
    : { kind: 'unregistered', why: how, ...registration };
}

function readMailbox(headers: EslHeaders, at: EpochMs): ExchangeEvent | Ignored {
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

/**
 * A phone has subscribed to a lamp, or has renewed that. `vaxel+100@anka.example` is a person’s,
 * whom presence_map.conf has put under that name; others come as they are on the key.
 */
function readLampAsked(headers: EslHeaders, at: EpochMs): LampAsked | Ignored {
  const to = /^([a-z]+)\+([\w.*-]{1,64})@(.+)$/.exec(headers['to'] ?? '');
  const [proto, name, domain] = [to?.[1], to?.[2], readDomain(to?.[3])];
  const subscription = headers['sub-call-id'];
  if (!isOneOf(LAMP_KINDS, proto) || name === undefined || domain === undefined || !subscription) {
    return ignored(`PRESENCE_PROBE of ${headers['to'] ?? 'nobody'} is not for us`);
  }
  const lamp = { kind: proto, name, domain };
  const watcher = headers['from'] ?? '';
  return {
    kind: 'lamp-asked',
    at,
    lamp,
    subscription,
    watcher,
    expires: readSeconds(headers['expires']),
  };
}

/** `MWI-Voice-Message: 2/1 (0/0)` is two new and one old, and of each how many are urgent (RFC 3842 §5.2). */
function readMessagesWaiting(headers: EslHeaders, at: EpochMs): ExchangeEvent | Ignored {
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

const GATEWAY_STATES = ['DOWN', 'EXPIRED', 'FAILED', 'FAIL_WAIT', 'NOREG', 'REGED'] as const;

const ignored = (why: string): Ignored => ({ kind: 'ignored', why });
