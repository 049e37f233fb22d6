import { decisionsSince } from '../common/db/decisions.ts';
import type { Db } from '../common/db/open.ts';
import type { EpochMs } from '../common/time.ts';
import type { Decision } from '../daemon/decisions/decision.ts';
import { readDecision } from '../daemon/decisions/record.ts';
import { clockOf } from '../daemon/explain/clock.ts';
import { outcomeOf } from '../daemon/explain/outcome.ts';
import { readWorld } from '../daemon/read-world.ts';
import { route } from '../daemon/routing/route.ts';
import type { World } from '../daemon/routing/world.ts';
import { type Command, done, refused } from './command.ts';
import { readConfiguration } from './configuration.ts';
import { table } from './print.ts';
import { readDate } from './route-day.ts';
import { readSupposed, suppose } from './route-suppose.ts';
import { ORG } from './users.ts';
import { inOrganisation } from './workplace.ts';

export const backtestCommand: Command = {
  words: 'backtest',
  summary:
    'route past calls again as things are set now, or in a copy, and show which would go elsewhere',
  takes: [],
  options: {
    since: { value: '<date>', required: true, summary: 'from when, as 2026-11-01' },
    configuration: {
      value: '<file>',
      summary: 'as if this copy of vaxel.db, or backup, were ours',
    },
    set: { value: '<ext>=<activity>', many: true, summary: 'as if somebody had this activity' },
    down: { value: '<device>', many: true, summary: 'as if this device, by id or label, were off' },
    org: ORG,
  },
  run: async (invocation) =>
    inOrganisation(invocation, async ({ id, domain }, { db, now }) => {
      const { values, lists } = invocation;
      const present = await readWorld(db);
      const file = values.get('configuration');
      const tried = file === undefined ? present : await readConfiguration(file);
      if ('kind' in tried) return tried;
      const organisation = tried.directory.organisations.get(domain);
      if (organisation === undefined) {
        return refused('unknown-organisation', `there is no organisation ${domain} in it`);
      }
      const { zone, language } = organisation;
      const since = readDate(values.get('since') ?? '', zone);
      if ('kind' in since) return since;
      const supposed = readSupposed(new Map(), lists, organisation, now);
      if ('kind' in supposed) return supposed;

      const world = suppose(tried, organisation, supposed);
      const before = file === undefined ? undefined : present;
      const { calls, elsewhere } = await again(db, id, since.from, world, before);
      const clock = clockOf(zone, language, now);
      const rows = elsewhere.map(({ at, caller, dialled, went, goes }) => [
        clock(at),
        caller,
        dialled,
        went,
        goes,
      ]);
      const head = `${elsewhere.length} of ${calls} calls would have gone elsewhere`;
      const went = before === undefined ? 'WENT' : 'GOES NOW';
      const heads = ['AT', 'FROM', 'DIALLED', went, 'WOULD GO'];
      const text = rows.length === 0 ? head : `${head}\n\n${table(heads, rows)}`;
      return done({ tried: calls, elsewhere }, text);
    }),
};

interface Elsewhere {
  readonly leg: string;
  readonly at: EpochMs;
  readonly caller: string;
  readonly dialled: string;
  readonly went: string;
  readonly goes: string;
}

/**
 * Every question that a call began with; what was asked later on depends on what people did.
 *
 * @param before - the configuration of now, to which another is compared; else it is what happened then.
 */
async function again(
  db: Db,
  organisationId: string,
  since: EpochMs,
  world: World,
  before: World | undefined,
): Promise<{ readonly calls: number; readonly elsewhere: readonly Elsewhere[] }> {
  const elsewhere: Elsewhere[] = [];
  let calls = 0;
  let after = 0;
  for (;;) {
    const page = await decisionsSince(db, organisationId, since, after);
    const last = page.at(-1);
    if (last === undefined) return { calls, elsewhere };
    after = last.id;
    for (const record of page) {
      const decision = readDecision(record);
      if (decision?.question === undefined || decision.question.again !== undefined) continue;
      calls += 1;
      const [went, goes] = outcomes(decision, world, before);
      if (went === goes) continue;
      const { leg, at, caller, dialled } = record;
      elsewhere.push({ leg, at, caller, dialled, went, goes });
    }
  }
}

/** Where it was decided to go then, before it was looked at which devices were there. */
function outcomes(
  { question, plan, trace, at }: Decision,
  world: World,
  before: World | undefined,
): [string, string] {
  if (question === undefined) return ['native', 'native'];
  const goes = outcomeOf(route(question, world, at).plan);
  if (before !== undefined) return [outcomeOf(route(question, before, at).plan), goes];
  // Nobody was registered, so that the fork came to what follows it: the same fork may do so again.
  const unreached = trace.some(({ rule }) => rule === 'registered') && plan.kind !== 'ring';
  const went = outcomeOf(plan);
  return unreached && goes.startsWith('ring ') ? [went, went] : [went, goes];
}
