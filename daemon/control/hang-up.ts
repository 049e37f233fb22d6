import { hasCode } from '../../common/errors.ts';
import type { LegId } from '../call/event.ts';
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
  // A telephone whose leg we have not heard of yet would ring on.
  if (declined && call.peer !== undefined) {
    await freeswitch.api(`hupall ${cause} originator ${call.peer}`);
  }
}

/**
 * Ends each of some calls, and of some legs that are no call of theirs; emergency calls go on.
 *
 * @returns how many were ended; those that ended by themselves meanwhile are not counted.
 * @throws {VaxelError} `ESL_DISCONNECTED`, `ESL_TIMEOUT`: some may go on.
 */
export async function hangUpEach(
  freeswitch: FreeSwitchControl,
  calls: readonly LineCall[],
  legs: readonly LegId[],
): Promise<number> {
  const endCall = async (call: LineCall): Promise<boolean> => {
    if (await isEmergency(freeswitch, call)) return false;
    return (await unlessGone(hangUp(freeswitch, call).then(() => true))) ?? false;
  };
  const endLeg = async (leg: LegId): Promise<boolean> =>
    (await unlessGone(freeswitch.api(`uuid_kill ${leg} NORMAL_CLEARING`))) !== undefined;
  const ended = await Promise.all([...calls.map(endCall), ...legs.map(endLeg)]);
  return ended.filter(Boolean).length;
}

/** Whoever clicked to dial shows a telephone's name on the leg: what the dialplan noted is the truth (parts/emergency.xml). */
async function isEmergency(freeswitch: FreeSwitchControl, { legs }: LineCall): Promise<boolean> {
  const notes = legs.map((leg) => unlessGone(freeswitch.api(`uuid_getvar ${leg} vx_emergency`)));
  return (await Promise.all(notes)).includes('true');
}

/** @returns undefined where the leg had ended before FreeSWITCH was asked. */
async function unlessGone<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (hasCode(error, 'ESL_COMMAND_FAILED')) return undefined;
    throw error;
  }
}
