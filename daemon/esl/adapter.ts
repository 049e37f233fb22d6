import type { EpochMs } from '../../common/time.ts';
import type { ExchangeEvent } from '../call/event.ts';
import type { EslHeaders } from './headers.ts';
import { type Ignored, ignored } from './ignored.ts';
import { readFeatureKey, readFeatureKeyOwner, readLampAsked } from './key-events.ts';
import { readLegEvent } from './leg-events.ts';
import { readMailbox, readMessagesWaiting } from './mailbox-events.ts';
import { readRegistration } from './registration-event.ts';
import { isOneOf, readCount, readDomain, readMicroseconds } from './values.ts';

/**
 * Reads one FreeSWITCH event.
 *
 * Total: any input gives an event or a reason. FreeSWITCH adds headers and
 * event names between releases, so what we do not know we ignore, and what we
 * know but cannot read we also ignore, saying which header it was.
 *
 * Sources: FreeSWITCH `switch_channel.c`, `sofia_reg.c`, `sofia_presence.c`, `mod_voicemail.c`, `mod_valet_parking.c`.
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
    case 'PHONE_FEATURE_SUBSCRIBE':
      return readFeatureKey(headers, at);
    case 'PRESENCE_PROBE':
      return headers['to']?.startsWith('account+') === true
        ? readFeatureKeyOwner(headers, at)
        : readLampAsked(headers, at);
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

function readCustom(headers: EslHeaders, at: EpochMs): ExchangeEvent | Ignored {
  const subclass = headers['Event-Subclass'] ?? 'CUSTOM without Event-Subclass';
  switch (subclass) {
    case 'sofia::register':
      return readRegistration(headers, at, 'registered');
    case 'sofia::register_failure':
      return { kind: 'password-refused', at };
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
    case 'valet_parking::info': {
      const domain = readDomain(headers['Valet-Lot-Name']);
      return domain === undefined
        ? ignored(`${subclass} without Valet-Lot-Name`)
        : { kind: 'parking-changed', at, domain };
    }
    default:
      return ignored(`${subclass} is not for us`);
  }
}

const GATEWAY_STATES = ['DOWN', 'EXPIRED', 'FAILED', 'FAIL_WAIT', 'NOREG', 'REGED'] as const;
