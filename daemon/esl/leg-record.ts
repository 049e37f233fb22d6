import type { CallLeg, Heard } from '../../common/call-leg.ts';
import { readOwner } from '../call/owner.ts';
import { decodePercent } from './text.ts';
import { readMicroseconds } from './values.ts';

/**
 * Reads one record of mod_json_cdr.
 *
 * Total: whatever is no leg that began and ended gives `undefined`.
 *
 * Source: FreeSWITCH switch_ivr.c, `switch_ivr_generate_json_cdr`. Variables are
 * percent-encoded there, whatever `encode` says; the log of applications is not.
 */
export function readLegRecord(json: unknown): CallLeg | undefined {
  const variables = field(json, 'variables');
  const read = (name: string): string => decodePercent(text(field(variables, name)));
  const profile = field(first(field(json, 'callflow')), 'caller_profile');
  const leg = read('uuid');
  const startedAt = readMicroseconds(read('start_uepoch'));
  const endedAt = readMicroseconds(read('end_uepoch'));
  if (!ID.test(leg) || startedAt === undefined || endedAt === undefined) return undefined;
  // `call_uuid` is the caller's until a bridge, and its own after it: who made it does not change.
  const call = read('originating_leg_uuid') || read('originator') || leg;
  return {
    leg,
    call: ID.test(call) ? call : leg,
    direction: read('direction') === 'outbound' ? 'out' : 'in',
    deviceId: readOwner(read('presence_data'))?.device,
    caller: text(field(profile, 'caller_id_number')),
    dialled: text(field(profile, 'destination_number')),
    startedAt,
    rangAt: readMicroseconds(read('progress_uepoch')),
    answeredAt: readMicroseconds(read('answer_uepoch')),
    endedAt,
    cause: read('hangup_cause'),
    native: read('vx_native') === 'true',
    heard: readHeard(field(field(json, 'app_log'), 'applications')),
  };
}

const ID = /^[\w.-]{8,128}$/;

/** What was played, from the applications that ran, in their order. */
function readHeard(applications: unknown): readonly Heard[] {
  if (!Array.isArray(applications)) return [];
  return applications.flatMap((application) => {
    const at = readMicroseconds(text(field(application, 'app_stamp')));
    const what = soundOf(
      text(field(application, 'app_name')),
      text(field(application, 'app_data')),
    );
    return at === undefined || what.length === 0 ? [] : [{ at, what }];
  });
}

function soundOf(name: string, data: string): readonly string[] {
  switch (name) {
    case 'playback':
    case 'play_and_get_digits':
    case 'read':
      return [...data.matchAll(/([^/!\s]+)\.wav\b/g)].map(([, prompt = '']) => prompt);
    case 'voicemail':
      return [data.startsWith('check ') ? 'mailbox' : 'message'];
    default:
      return [];
  }
}

function field(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

const first = (list: unknown): unknown => (Array.isArray(list) ? (list[0] as unknown) : undefined);

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
