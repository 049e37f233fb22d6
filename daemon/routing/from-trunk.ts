import { type E164, readE164 } from '../../common/phone-number.ts';
import type { EpochMs } from '../../common/time.ts';
import type { Question } from '../call/question.ts';
import { callerOf } from './caller.ts';
import type { Called, Directory } from './directory.ts';
import type { Routing } from './plan.ts';
import { toCallee } from './to-callee.ts';
import type { World } from './world.ts';

/** A call from the public network: a number of ours is a person's or a team's, all else is refused. */
export function routeFromTrunk(question: Question, world: World, now: EpochMs): Routing {
  const { directory } = world;
  const called = calledAt(question.dialled, directory);
  const caller = called && callerOf(question, directory, called.organisation.country);
  if (called === undefined || caller === undefined) {
    return {
      plan: { kind: 'refuse', sip: 404, say: 'refuse-unknown', language: homeLanguage(directory) },
      trace: [{ rule: 'number', because: `${question.dialled} is nobody's here` }],
      effects: [],
    };
  }
  const { user } = called;
  const because = `${question.dialled} is ${user.name} (${user.extension})`;
  const trace = [{ rule: 'number', because }];
  return toCallee({ ...called, caller, via: [], trace }, world, now);
}

/** As it is kept, or in the spelling of the trunk's country: then it is read as that of each of ours. */
function calledAt(dialled: string, directory: Directory): Called | undefined {
  const spelt = directory.numbers.get(dialled as E164);
  if (spelt !== undefined) return spelt;
  const countries = new Set([...directory.organisations.values()].map(({ country }) => country));
  for (const country of countries) {
    const number = readE164(dialled, { country });
    const owner = number && directory.numbers.get(number);
    if (owner !== undefined) return owner;
  }
  return undefined;
}

const homeLanguage = ({ organisations }: Directory) =>
  organisations.values().next().value?.language ?? 'sv';
