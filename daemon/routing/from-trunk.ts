import { readE164 } from '../../common/phone-number.ts';
import type { EpochMs } from '../../common/time.ts';
import type { Question } from '../call/question.ts';
import { callerOf } from './caller.ts';
import type { Directory, NumberOwner } from './directory.ts';
import type { Routing } from './plan.ts';
import { toPerson } from './to-person.ts';
import type { World } from './world.ts';

/** A call from the public network: a number of ours is a person's, all else is refused. */
export function routeFromTrunk(question: Question, world: World, now: EpochMs): Routing {
  const { directory } = world;
  const owner = findOwner(question.dialled, directory);
  const caller = owner && callerOf(question, directory, owner.organisation.country);
  if (owner === undefined || caller === undefined) {
    return {
      plan: { kind: 'refuse', sip: 404, say: 'refuse-unknown', language: homeLanguage(directory) },
      trace: [{ rule: 'number', because: `${question.dialled} is nobody's here` }],
      effects: [],
    };
  }
  const { organisation, user } = owner;
  const because = `${question.dialled} is ${user.name} (${user.extension})`;
  const trace = [{ rule: 'number', because }];
  return toPerson({ organisation, user, caller, via: [], trace }, world, now);
}

/** Trunks send a number in the spelling of their country; it is read as that of each of ours. */
function findOwner(dialled: string, directory: Directory): NumberOwner | undefined {
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
