import { readE164 } from '../../common/phone-number.ts';
import type { Question } from '../call/question.ts';
import type { Directory, NumberOwner } from './directory.ts';
import type { Routing, Shown } from './plan.ts';
import { ring } from './ring.ts';

/** A call from the public network: a number of ours rings its owner, all else is refused. */
export function routeFromTrunk(question: Question, directory: Directory): Routing {
  const owner = findOwner(question.dialled, directory);
  if (owner === undefined) {
    return {
      plan: { kind: 'refuse', sip: 404, say: 'refuse-unknown', language: homeLanguage(directory) },
      trace: [{ rule: 'number', because: `${question.dialled} is nobody's here` }],
    };
  }
  const { organisation, user } = owner;
  const shown = shownCaller(question, organisation.country);
  return ring(organisation, user, shown, shown, [
    { rule: 'number', because: `${question.dialled} is ${user.name} (${user.extension})` },
  ]);
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

function shownCaller(question: Question, country: string): Shown {
  if (question.callerHidden || question.callerNumber === '') {
    return { name: '', number: '', hidden: true };
  }
  const number = readE164(question.callerNumber, { country }) ?? question.callerNumber;
  const name = question.callerName === question.callerNumber ? '' : question.callerName;
  return { name, number, hidden: false };
}

const homeLanguage = ({ organisations }: Directory) =>
  organisations.values().next().value?.language ?? 'sv';
