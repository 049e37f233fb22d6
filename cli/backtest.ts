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
import { type Command, done } from './command.ts';
import { table } from './print.ts';
import { refusedBecause } from './refusals.ts';
import { readDate } from './route-day.ts';
import { readSupposed, suppose } from './route-suppose.ts';
import { ORG } from './users.ts';
import { inOrganisation } from './workplace.ts';

export const backtestCommand: Command = {
  words: 'backtest',
  summary: 'route past calls again as things are set now, and show which would go elsewhere',
  takes: [],
  options: {
    since: { value: '<date>', required: true, summary: 'from when, as 2026-11-01' },
    set: { value: '<ext>=<activity>', many: true, summary: 'as if somebody had this activity' },
    down: { value: '<device>', many: true, summary: 'as if this device, by id or label, were off' },
    org: ORG,
  },
  run: async (invocation) =>
    inOrganisation(invocation, async ({ id, domain }, { db, now }) => {
      const { values, lists } = invocation;
      const real = await readWorld(db);
      const organisation = real.directory.organisations.get(domain);
      if (organisation === undefined) return refusedBecause('bad-domain');
      const { zone, language } = organisation;
      const since = readDate(values.get('since') ?? '', zone);
      if ('kind' in since) return since;
      const supposed = readSupposed(new Map(), lists, organisation, now);
      if ('kind' in supposed) return supposed;

      const world = suppose(real, organisation, supposed);
      const { tried, elsewhere } = await again(db, id, since.from, world);
      const clock = clockOf(zone, language, now);
      const rows = elsewhere.map(({ at, caller, dialled, went, goes }) => [
        clock(at),
        caller,
        dialled,
        went,
        goes,
      ]);
      const head = `${elsewhere.length} of ${tried} calls would have gone elsewhere`;
      const heads = ['AT', 'FROM', 'DIALLED', 'WENT', 'WOULD GO'];
      const text = rows.length === 0 ? head : `${head}\n\n${table(heads, rows)}`;
      return done({ tried, elsewhere }, text);
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

/** Every question that a call began with; what was asked later on depends on what people did. */
async function again(
  db: Db,
  organisationId: string,
  since: EpochMs,
  world: World,
): Promise<{ readonly tried: number; readonly elsewhere: readonly Elsewhere[] }> {
  const elsewhere: Elsewhere[] = [];
  let tried = 0;
  let after = 0;
  for (;;) {
    const page = await decisionsSince(db, organisationId, since, after);
    const last = page.at(-1);
    if (last === undefined) return { tried, elsewhere };
    after = last.id;
    for (const record of page) {
      const decision = readDecision(record);
      if (decision?.question === undefined || decision.question.again !== undefined) continue;
      tried += 1;
      const [went, goes] = outcomes(decision, world);
      if (went === goes) continue;
      const { leg, at, caller, dialled } = record;
      elsewhere.push({ leg, at, caller, dialled, went, goes });
    }
  }
}

/** Where it was decided to go then, before it was looked at which devices were there. */
function outcomes({ question, plan, trace, at }: Decision, world: World): [string, string] {
  if (question === undefined) return ['native', 'native'];
  const goes = outcomeOf(route(question, world, at).plan);
  // Nobody was registered, so that the fork came to what follows it: the same fork may do so again.
  const unreached = trace.some(({ rule }) => rule === 'registered') && plan.kind !== 'ring';
  const went = outcomeOf(plan);
  return unreached && goes.startsWith('ring ') ? [went, went] : [went, goes];
}
