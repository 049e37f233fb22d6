import type { Question } from '../call/question.ts';
import type { EpochMs } from '../../common/time.ts';
import { routeAgain } from './again.ts';
import { routeFromDevice } from './from-device.ts';
import { routeFromTrunk } from './from-trunk.ts';
import type { Routing } from './plan.ts';
import type { World } from './world.ts';

/**
 * Decides where a call goes.
 *
 * Pure: the same arguments give the same plan and the same trace, so a logged
 * question with the world's revisions and the time is a bug report that replays.
 */
export function route(question: Question, world: World, now: EpochMs): Routing {
  const { again, from } = question;
  if (again !== undefined) return routeAgain(question, again, world, now);
  return from.kind === 'device'
    ? routeFromDevice(question, from, world, now)
    : routeFromTrunk(question, world, now);
}
