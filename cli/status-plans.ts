import { findActivity } from '../common/db/activities.ts';
import {
  addStatusPlan,
  removeStatusPlan,
  type StatusPlanRecord,
} from '../common/db/status-plans.ts';
import { readUntil } from '../daemon/calendar/read-until.ts';
import type { ActivityId } from '../daemon/routing/activity.ts';
import type { Organisation } from '../daemon/routing/directory.ts';
import { type Command, done, refused } from './command.ts';
import { tellMoment } from './local-moment.ts';
import { refusedBecause } from './refusals.ts';
import { ORG, withUser } from './users.ts';
import { changed, inOrganisation } from './workplace.ts';

const REPEATS = ['daily', 'weekly', 'workdays'] as const;

const schedule: Command = {
  words: 'activity schedule',
  summary: 'say what a person will be doing',
  takes: ['<extension>', '<activity>'],
  options: {
    from: { value: '<time>', required: true, summary: '12:00, friday 14:00, 2026-12-24' },
    until: { value: '<time>', required: true, summary: 'the same, after the start' },
    repeat: { value: '<how>', summary: 'daily, weekly or workdays; once where left out' },
    before: { value: '<date>', summary: 'the last time it begins is before this day' },
    note: { value: '<text>', summary: 'seen by colleagues, never spoken' },
    org: ORG,
  },
  run: async (invocation) =>
    withUser(invocation, async (user, place, { id: organisationId, zone, language }) => {
      const { args, values } = invocation;
      const whose = { organisationId, userId: user.id };
      const activity = await findActivity(place.db, whose, args[1] ?? '');
      if (activity === undefined) return refusedBecause('unknown-activity');
      const { endsAs } = activity;
      const from = readUntil(values.get('from') ?? '', place.now, zone, endsAs);
      if (from.kind === 'refused') return refused('bad-time', `--from is ${from.right}`);
      const until = readUntil(values.get('until') ?? '', from.end, zone, endsAs);
      if (until.kind === 'refused') return refused('bad-time', `--until is ${until.right}`);
      const last = values.get('before');
      const before = last === undefined ? undefined : readUntil(last, place.now, zone, 'date');
      if (before?.kind === 'refused') return refused('bad-time', `--before is ${before.right}`);
      const how = values.get('repeat');
      const repeats = REPEATS.find((known) => known === how);
      if (how !== undefined && repeats === undefined) return refusedBecause('bad-repeat');
      const result = await addStatusPlan(
        place.db,
        {
          ...whose,
          activityId: activity.id,
          note: values.get('note'),
          startsAt: from.end,
          endsAt: until.end,
          repeats: repeats ?? 'never',
          repeatsUntil: before?.end,
        },
        place.now,
      );
      if (result.kind === 'refused') return refusedBecause(result.why);
      const text = `${user.name}: ${line(result.plan, activity.names[language], zone)}`;
      return changed(place, invocation, done(result.plan, text));
    }),
};

const unschedule: Command = {
  words: 'activity unschedule',
  summary: 'remove what was to come; vaxel activity show has its id',
  takes: ['<id>'],
  options: { org: ORG },
  run: async (invocation) =>
    inOrganisation(invocation, async ({ id, zone }, place) => {
      const plan = await removeStatusPlan(place.db, {
        organisation_id: id,
        id: invocation.args[0] ?? '',
      });
      if (plan === undefined) return refusedBecause('unknown-plan');
      const text = `removed ${plan.id}, from ${tellMoment(plan.startsAt, zone)}`;
      return changed(place, invocation, done(plan, text));
    }),
};

export function tellPlan(
  plan: StatusPlanRecord,
  { activities, language, zone }: Pick<Organisation, 'activities' | 'language' | 'zone'>,
): string {
  const name = activities.get(plan.activityId as ActivityId)?.names[language] ?? plan.activityId;
  return `planned ${line(plan, name, zone)}`;
}

function line(plan: StatusPlanRecord, name: string, zone: string): string {
  const { id, startsAt, endsAt, repeats, repeatsUntil, entry } = plan;
  const again = repeats === 'never' ? '' : `, ${repeats}`;
  const over = repeatsUntil === undefined ? '' : ` before ${tellMoment(repeatsUntil, zone)}`;
  const who = entry === undefined ? '' : ', by a calendar';
  return `${name} ${tellMoment(startsAt, zone)} to ${tellMoment(endsAt, zone)}${again}${over}${who} [${id}]`;
}

export const planCommands: readonly Command[] = [schedule, unschedule];
