import type { Lamp, LampState } from '../call/lamp.ts';
import type { EslConnection } from './connection.ts';
import { lampId } from './subscription-dialog.ts';

/**
 * Says what a lamp shows: to all who watch it, or to one subscription.
 *
 * Source: mod_sofia sofia_presence.c, `actual_sofia_presence_event_handler` and
 * `sofia_presence_sub_callback`. The `unique-id` is no channel’s, else `sendevent` would hand
 * the event to that call; and has no hyphen, else FreeSWITCH would write it to its database. No name of a caller is in it: mod_sofia puts
 * names into XML as they are, and every watcher would see them.
 */
export async function tellLamp(
  control: Pick<EslConnection, 'send'>,
  lamp: Lamp,
  state: LampState,
  subscription?: string,
): Promise<void> {
  const { kind, name, domain } = lamp;
  await control.send('sendevent PRESENCE_IN', {
    proto: kind,
    login: 'vaxel',
    from: `${name}@${domain}`,
    event_type: 'presence',
    alt_event_type: 'dialog',
    event_count: '1',
    rpid: 'unknown',
    'presence-call-direction': 'outbound',
    'unique-id': lampId(lamp),
    ...SHOWN[state],
    ...(state !== 'off' && { 'Caller-Caller-ID-Number': 'anonymous', 'Presence-Privacy': 'true' }),
    ...(subscription !== undefined && { 'call-id': subscription }),
  });
}

/** `status` with `hold` at its beginning makes `+sip.rendering` no (RFC 4235 §4.4, RFC 3840). */
const SHOWN: Readonly<Record<LampState, Readonly<Record<string, string>>>> = {
  off: { 'answer-state': 'terminated', 'channel-state': 'CS_HANGUP', status: 'Available' },
  ringing: { 'answer-state': 'early', 'channel-state': 'CS_ROUTING', status: 'Ringing' },
  busy: { 'answer-state': 'confirmed', 'channel-state': 'CS_EXECUTE', status: 'Busy' },
  held: { 'answer-state': 'confirmed', 'channel-state': 'CS_EXECUTE', status: 'hold' },
};
