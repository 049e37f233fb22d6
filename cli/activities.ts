import { type ActivityRecord, findActivity, listActivities } from '../common/db/activities.ts';
import { addActivity, changeActivity, removeActivity } from '../common/db/activity-changes.ts';
import type { OrganisationRecord } from '../common/db/organisations.ts';
import { findUser, type UserRecord } from '../common/db/users.ts';
import { REASONS_OF_ABSENCE, STANDARD_ACTIVITIES } from '../common/standard-activities.ts';
import { statusCommands } from './activity-status.ts';
import { ACTIVITY_OPTIONS, readChange, tellLength } from './activity-values.ts';
import { type Command, done, type Invocation, type Outcome, wrongUsage } from './command.ts';
import { table } from './print.ts';
import { refusedBecause } from './refusals.ts';
import { planCommands } from './status-plans.ts';
import { ORG } from './users.ts';
import { changed, inOrganisation, type Workplace } from './workplace.ts';

const OWN = { value: '<extension>', summary: "of one person; the organisation's where left out" };

const list: Command = {
  words: 'activity list',
  summary: 'list what people may be doing',
  takes: [],
  options: { user: OWN, org: ORG },
  run: async (invocation) =>
    forOwner(invocation, async (organisation, user, { db }) => {
      const all = await listActivities(db, organisation.id, user?.id);
      const { language } = organisation;
      const rows = all.map((one) => [
        String(one.position),
        one.names[language],
        `${one.rings ? 'open' : 'closed'}${one.ringSeconds === undefined ? '' : `, ${one.ringSeconds} s`}`,
        tellLength(one.length),
        one.phrase[language],
        one.userId === undefined ? '' : 'own',
      ]);
      return done(all, table(['N', 'NAME', 'CALLS', 'LENGTH', 'CALLERS HEAR', ''], rows));
    }),
};

const add: Command = {
  words: 'activity add',
  summary: 'add an activity of the organisation, or a person’s own',
  takes: ['<name>'],
  options: {
    ...ACTIVITY_OPTIONS,
    like: {
      value: '<key>',
      summary: `what is not said is as there: ${REASONS_OF_ABSENCE.map(({ key }) => key).join(', ')}, lunch …`,
    },
    user: OWN,
    org: ORG,
  },
  run: async (invocation) => {
    const change = readChange(invocation);
    if (typeof change === 'string') return wrongUsage(change);
    return forOwner(invocation, async (organisation, user, place) => {
      const [name = ''] = invocation.args;
      const wanted = invocation.values.get('like');
      const like = [...REASONS_OF_ABSENCE, ...STANDARD_ACTIVITIES].find(
        ({ key }) => key === wanted,
      );
      if (wanted !== undefined && like === undefined) return refusedBecause('unknown-activity');
      const names = { sv: name, en: name, ...change.names };
      const owner = { organisationId: organisation.id, userId: user?.id };
      const result = await addActivity(place.db, owner, like ?? NEUTRAL, { ...change, names });
      if (result.kind === 'refused') return refusedBecause(result.why);
      return tell(invocation, place, organisation, 'added', result.activity);
    });
  },
};

const change: Command = {
  words: 'activity change',
  summary: 'rename, re-time, re-order or re-voice an activity',
  takes: ['<activity>'],
  options: { ...ACTIVITY_OPTIONS, user: OWN, org: ORG },
  run: async (invocation) => {
    const change = readChange(invocation);
    if (typeof change === 'string') return wrongUsage(change);
    return forActivity(invocation, async (organisation, activity, place) => {
      const result = await changeActivity(place.db, activity, change);
      if (result.kind === 'refused') return refusedBecause(result.why);
      return tell(invocation, place, organisation, 'changed', result.activity);
    });
  },
};

const remove: Command = {
  words: 'activity remove',
  summary: 'remove an activity; who is on it stays so until it ends',
  takes: ['<activity>'],
  options: { user: OWN, org: ORG },
  run: async (invocation) =>
    forActivity(invocation, async (organisation, activity, place) => {
      const result = await removeActivity(place.db, activity, place.now);
      if (result !== 'removed') return refusedBecause(result);
      return tell(invocation, place, organisation, 'removed', activity);
    }),
};

/** Ends a command that changed an activity, with what callers hear of it. */
async function tell(
  invocation: Invocation,
  place: Workplace,
  { language }: OrganisationRecord,
  what: string,
  activity: ActivityRecord,
): Promise<Outcome> {
  const heard = (activity.publicPhrase ?? activity.phrase)[language];
  const head = `${what} ${String(activity.position)} ${activity.names[language]}`;
  const said =
    activity.rings || what === 'removed'
      ? ''
      : heard === ''
        ? '; callers are told nothing'
        : `; callers hear "Anna Berg ${heard} …"`;
  return changed(place, invocation, done(activity, `${head}${said}`));
}

/** The person `--user` names, or none. */
async function forOwner(
  invocation: Invocation,
  work: (
    organisation: OrganisationRecord,
    user: UserRecord | undefined,
    place: Workplace,
  ) => Promise<Outcome>,
): Promise<Outcome> {
  return inOrganisation(invocation, async (organisation, place) => {
    const extension = invocation.values.get('user');
    const user =
      extension === undefined ? undefined : await findUser(place.db, organisation.id, extension);
    if (extension !== undefined && user === undefined) return refusedBecause('unknown-user');
    return work(organisation, user, place);
  });
}

/** The activity of the first argument: with `--user` one of his own only. */
async function forActivity(
  invocation: Invocation,
  work: (
    organisation: OrganisationRecord,
    activity: ActivityRecord,
    place: Workplace,
  ) => Promise<Outcome>,
): Promise<Outcome> {
  return forOwner(invocation, async (organisation, user, place) => {
    const whose = { organisationId: organisation.id, userId: user?.id };
    const activity = await findActivity(place.db, whose, invocation.args[0] ?? '');
    return activity === undefined || activity.userId !== user?.id
      ? refusedBecause('unknown-activity')
      : work(organisation, activity, place);
  });
}

/** What an own activity is until more is said: no grammar fits every name. */
const NEUTRAL = {
  names: { sv: '', en: '' },
  icon: 'label',
  colour: '#616161',
  shape: 'diamond',
  rings: false,
  length: { kind: 'minutes', minutes: 60 },
  endsAs: 'clock',
  phrase: { sv: 'är inte tillgänglig', en: 'is not available' },
  private: false,
  teamsRing: false,
} as const;

export const activityCommands: readonly Command[] = [
  list,
  add,
  change,
  remove,
  ...statusCommands,
  ...planCommands,
];
