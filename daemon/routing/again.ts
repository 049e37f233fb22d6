import type { EpochMs } from '../../common/time.ts';
import type { Again, Question } from '../call/question.ts';
import type { Arrival } from './arrival.ts';
import { calleeAt } from './callee.ts';
import { callerOf, callerStep } from './caller.ts';
import { choose } from './choose.ts';
import { answerGreetingMenu, isAboutGreetings } from './greeting-menu.ts';
import { openMailbox } from './mailbox.ts';
import type { Routing } from './plan.ts';
import { answerMenu } from './status-menu.ts';
import { teamUnanswered } from './team-unanswered.ts';
import { unanswered } from './unanswered.ts';
import type { World } from './world.ts';

/** A call under way asks again, about the person or team it was for. */
export function routeAgain(question: Question, again: Again, world: World, now: EpochMs): Routing {
  const { directory, locks } = world;
  if (again.kind === 'mailbox') return openMailbox(again, directory, locks, now);
  if (again.kind === 'menu' && isAboutGreetings(again.asked)) {
    return answerGreetingMenu(question, again, again.asked, again.digits, directory, now);
  }
  if (again.kind === 'menu') return answerMenu(question, again, world, now);

  const organisation = directory.organisations.get(again.domain);
  const callee = organisation && calleeAt(organisation, again.extension);
  const caller = organisation && callerOf(question, directory, organisation.country);
  if (organisation === undefined || callee === undefined || caller === undefined) {
    const because = `${again.extension}@${again.domain} is gone`;
    return { plan: { kind: 'native' }, trace: [{ rule: 'number', because }], effects: [] };
  }
  // The way ends with the person himself, who does not send the call to himself.
  const via = again.via.filter((extension) => extension !== again.extension);
  const arrival: Arrival = { ...callee, caller, via, trace: [callerStep(caller)] };
  const { team } = arrival;
  if (team !== undefined) {
    const why = again.kind === 'unanswered' ? again.why : 'no-answer';
    return teamUnanswered({ ...arrival, team }, why, world, now);
  }
  return again.kind === 'choice'
    ? choose(arrival, again.digit, world, now)
    : unanswered(arrival, again.why, world, now);
}
