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
  'PHONE_FEATURE_SUBSCRIBE',
  'HEARTBEAT',
  'SHUTDOWN',
  'CUSTOM',
  'sofia::register',
  'sofia::register_failure',
  'sofia::unregister',
  'sofia::expire',
  'sofia::gateway_state',
  'vm::maintenance',
  'valet_parking::info',
];
