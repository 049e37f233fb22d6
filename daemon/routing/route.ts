import type { Question } from '../call/question.ts';
import type { EpochMs } from '../../common/time.ts';
import type { Directory } from './directory.ts';
import { routeFromDevice } from './from-device.ts';
import { routeFromTrunk } from './from-trunk.ts';
import { openMailbox } from './mailbox.ts';
import type { Routing } from './plan.ts';

/** Until when each mailbox that was guessed at is closed to those who give a PIN; by user id. */
export type MailboxLocks = ReadonlyMap<string, EpochMs>;

/**
 * Decides where a call goes.
 *
 * Pure: the same arguments give the same plan and the same trace, so a logged
 * question with the directory's revision and the time is a bug report that replays.
 */
export function route(
  question: Question,
  directory: Directory,
  locks: MailboxLocks,
  now: EpochMs,
): Routing {
  if (question.mailbox !== undefined) return openMailbox(question.mailbox, directory, locks, now);
  return question.from.kind === 'device'
    ? routeFromDevice(question, question.from, directory, locks, now)
    : routeFromTrunk(question, directory);
}
