import { epochMs } from '../../common/time.ts';
import type { CallId, LegFacts, LegId, LiveLeg } from '../call/event.ts';
import { readOwner } from '../call/owner.ts';
import type { EslHeaders } from './headers.ts';
import { readMicroseconds } from './values.ts';

/**
 * What the headers of a channel event say about the leg itself.
 *
 * Source: FreeSWITCH `switch_channel.c`, `switch_channel_event_set_basic_data`;
 * `switch_caller.c`, `switch_caller_profile_event_set_data`.
 */
export function readLeg(headers: EslHeaders): Omit<LegFacts, 'at'> | undefined {
  const leg = headers['Unique-ID'];
  if (!leg) return undefined;
  return {
    leg: leg as LegId,
    call: (headers['Channel-Call-UUID'] ?? leg) as CallId,
    direction: headers['Call-Direction'] === 'outbound' ? 'out' : 'in',
    from: {
      name: headers['Caller-Caller-ID-Name'] ?? '',
      number: headers['Caller-Caller-ID-Number'] ?? '',
    },
    dialled: headers['Caller-Destination-Number'] ?? '',
    startedAt: readMicroseconds(headers['Caller-Channel-Created-Time']),
    answeredAt: readMicroseconds(headers['Caller-Channel-Answered-Time']),
    owner: readOwner(headers['Channel-Presence-Data']),
    markers: readMarkers(headers),
  };
}

/** The same from `uuid_dump <uuid> json`, which also says how far the leg has come. */
export function readLiveLeg(headers: EslHeaders): LiveLeg | undefined {
  const leg = readLeg(headers);
  const at = readMicroseconds(headers['Event-Date-Timestamp']) ?? epochMs(0);
  return leg && { ...leg, at, state: readState(headers) };
}

function readState(headers: EslHeaders): LiveLeg['state'] {
  if (headers['Channel-Call-State'] === 'HELD') return 'held';
  switch (headers['Answer-State']) {
    case 'answered':
      return 'answered';
    case 'early':
      return 'ringing';
    default:
      // `ringing` is FreeSWITCH's word for every leg that has no answer yet.
      return headers['Channel-Call-State'] === 'RINGING' ? 'ringing' : 'started';
  }
}

function readMarkers(headers: EslHeaders): Readonly<Record<string, string>> {
  const names = Object.keys(headers).filter((name) => name.startsWith(MARKER));
  return Object.fromEntries(names.map((name) => [name.slice(MARKER.length), headers[name] ?? '']));
}

const MARKER = 'variable_vx_';
