import type { EpochMs } from '../common/time.ts';
import type { Decision } from '../daemon/decisions/decision.ts';
import { whatWasSeen } from '../daemon/decisions/seen.ts';
import { explain } from '../daemon/explain/explain.ts';
import { readWorld } from '../daemon/read-world.ts';
import type { Organisation } from '../daemon/routing/directory.ts';
import { route } from '../daemon/routing/route.ts';
import type { World } from '../daemon/routing/world.ts';
import { promptText } from '../daemon/voice/prompt-text.ts';
import { type Command, done, type Invocation, type Outcome } from './command.ts';
import { refusedBecause } from './refusals.ts';
import { overDay, readDate } from './route-day.ts';
import { readSupposed, suppose } from './route-suppose.ts';
import { imagine } from './route-question.ts';
import { ORG } from './users.ts';
import { inOrganisation } from './workplace.ts';

export const routeCommand: Command = {
  words: 'route',
  summary: 'say where a call would go, without making it',
  takes: [],
  options: {
    to: { value: '<number|extension>', required: true, summary: 'who is called' },
    from: { value: '<number|extension>', summary: 'who calls; else somebody unknown' },
    at: { value: '<time>', summary: 'when, as 13:30 or 2026-12-24T13:30; else now' },
    day: { value: '<date>', summary: 'the outcomes of a whole day, as 2026-12-24' },
    set: { value: '<ext>=<activity>', many: true, summary: 'as if somebody had this activity' },
    down: { value: '<device>', many: true, summary: 'as if this device, by id or label, were off' },
    name: { value: '<name>', summary: 'the name the caller’s operator gives' },
    hidden: { summary: 'the caller hides the number' },
    language: { value: '<sv|en>', summary: 'else the organisation’s' },
    org: ORG,
  },
  run: async (invocation) =>
    inOrganisation(invocation, async ({ domain }, { db, now }) => {
      const world = await readWorld(db);
      const organisation = world.directory.organisations.get(domain);
      return organisation === undefined
        ? refusedBecause('unknown-user')
        : answer(invocation, organisation, world, now);
    }),
};

function answer(
  { values, lists, switches }: Invocation,
  organisation: Organisation,
  real: World,
  now: EpochMs,
): Outcome {
  const language = values.get('language') ?? organisation.language;
  if (language !== 'sv' && language !== 'en') return refusedBecause('unknown-language');
  const supposed = readSupposed(values, lists, organisation, now);
  if ('kind' in supposed) return supposed;
  const question = imagine(
    {
      from: values.get('from'),
      to: values.get('to') ?? '',
      name: values.get('name') ?? '',
      hidden: switches.has('hidden'),
    },
    organisation,
  );
  if ('kind' in question) return question;

  const world = suppose(real, organisation, supposed);
  const day = values.get('day');
  if (day !== undefined) {
    const span = readDate(day, organisation.zone);
    return 'kind' in span ? span : overDay(question, world, organisation, language, span);
  }
  const at = supposed.at;
  const { plan, trace } = route(question, world, at);
  const seen = whatWasSeen(question, plan, world, at);
  const decision: Decision = { leg: question.leg, at, question, plan, trace, seen };
  const textOf = (name: string) => promptText(language, name);
  const sentences = explain(
    { decisions: [decision], legs: [] },
    organisation.zone,
    language,
    textOf,
  );
  const steps = trace.map(({ rule, because }) => `  ${rule}: ${because}`);
  return done({ at, plan, trace, sentences }, [...sentences, '', ...steps].join('\n'));
}
