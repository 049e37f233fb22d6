import { findActivity, listActivities } from '../common/db/activities.ts';
import type { OrganisationRecord } from '../common/db/organisations.ts';
import {
  clearRingPlan,
  listRingPlans,
  type RingStepRecord,
  setRingPlan,
  type WantedStep,
} from '../common/db/ring-plans.ts';
import type { UserRecord } from '../common/db/users.ts';
import { type Command, done, type Invocation, type Outcome } from './command.ts';
import { table } from './print.ts';
import { refusedBecause } from './refusals.ts';
import { ORG, withUser } from './users.ts';
import { changed, type Workplace } from './workplace.ts';

const ACTIVITY = {
  value: '<activity>',
  summary: 'only under that one; left out: under all others',
};

const set: Command = {
  words: 'ring set',
  summary: 'say which of a person’s devices ring, and after how many seconds each',
  takes: ['<extension>'],
  takesMany: '<device id|label>=<seconds>',
  options: { activity: ACTIVITY, org: ORG },
  run: async (invocation) =>
    underActivity(invocation, async (user, place, under) => {
      const wanted = invocation.args.slice(1).map(readStep);
      if (!wanted.every((step) => step !== undefined)) return refusedBecause('bad-ring-step');
      const result = await setRingPlan(place.db, user, under.id, wanted);
      if (result.kind === 'refused') return refusedBecause(result.why);
      const text = `${user.extension}, ${under.name}: ${stepsText(result.plan.steps)}`;
      return changed(place, invocation, done(result.plan, text));
    }),
};

const show: Command = {
  words: 'ring show',
  summary: 'show when each of a person’s devices rings',
  takes: ['<extension>'],
  options: { org: ORG },
  run: async (invocation) =>
    withUser(invocation, async (user, { db }, { language }) => {
      const names = new Map(
        (await listActivities(db, user.organisationId, user.id)).map(({ id, names }) => [
          id,
          names[language],
        ]),
      );
      const plans = await listRingPlans(db, user.id);
      const rows = plans.map(({ activityId, steps }) => [
        activityId === undefined ? EVERY_OTHER : (names.get(activityId) ?? activityId),
        stepsText(steps),
      ]);
      const text = rows.length === 0 ? 'all at once' : table(['UNDER', 'RINGS'], rows);
      return done(plans, text);
    }),
};

const clear: Command = {
  words: 'ring clear',
  summary: 'let all of a person’s devices ring at once again',
  takes: ['<extension>'],
  options: { activity: ACTIVITY, org: ORG },
  run: async (invocation) =>
    underActivity(invocation, async (user, place, under) => {
      const removed = await clearRingPlan(place.db, user, under.id);
      const text = removed ? `${under.name}: no plan any more` : 'there was no such plan';
      return changed(place, invocation, done({ removed }, text));
    }),
};

export const ringCommands: readonly Command[] = [set, show, clear];

const EVERY_OTHER = 'every activity without its own';

/** The activity that `--activity` names, or all that have no plan of their own. */
async function underActivity(
  invocation: Invocation,
  work: (
    user: UserRecord,
    place: Workplace,
    under: { readonly id: string | undefined; readonly name: string },
  ) => Promise<Outcome>,
): Promise<Outcome> {
  return withUser(invocation, async (user, place, { language }: OrganisationRecord) => {
    const text = invocation.values.get('activity');
    if (text === undefined) return work(user, place, { id: undefined, name: EVERY_OTHER });
    const owner = { organisationId: user.organisationId, userId: user.id };
    const activity = await findActivity(place.db, owner, text);
    if (activity === undefined) return refusedBecause('unknown-activity');
    return work(user, place, { id: activity.id, name: activity.names[language] });
  });
}

function readStep(text: string): WantedStep | undefined {
  const [, device = '', delay = ''] = /^(.+)=(\d{1,4})$/.exec(text) ?? [];
  return device === '' ? undefined : { device, afterSeconds: Number(delay) };
}

const stepsText = (steps: readonly RingStepRecord[]): string =>
  steps
    .map(({ label, afterSeconds }) =>
      afterSeconds === 0 ? `${label} at once` : `${label} after ${afterSeconds} s`,
    )
    .join(', ');
