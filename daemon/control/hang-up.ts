import type { LineCall } from '../lines/line.ts';
import type { FreeSwitchControl } from './call-control.ts';

/**
 * Ends a call; one that rings is declined.
 *
 * @throws {VaxelError} `ESL_COMMAND_FAILED` where none of its legs is there any more.
 */
export async function hangUp(freeswitch: FreeSwitchControl, call: LineCall): Promise<void> {
  const declined = call.state === 'ringing' && call.direction === 'in';
  const cause = declined ? 'CALL_REJECTED' : 'NORMAL_CLEARING';
  const ends = await Promise.allSettled(
    call.legs.map((leg) => freeswitch.api(`uuid_kill ${leg} ${cause}`)),
  );
  // Of telephones that ring together the first to end may take the others with it.
  const failed = ends.filter((end) => end.status === 'rejected');
  if (failed.length === ends.length) throw failed[0]?.reason;
  // One that will ring only later in its owner's plan has no leg yet.
  if (declined && call.peer !== undefined) {
    await freeswitch.api(`hupall ${cause} originator ${call.peer}`);
  }
}
