import { type ActivityRecord, findActivity } from '../common/db/activities.ts';
import type { OrganisationRecord } from '../common/db/organisations.ts';
import { readSetting } from '../common/db/settings.ts';
import { listStatusPlans } from '../common/db/status-plans.ts';
import { clearStatus, listStatusLog, setStatus } from '../common/db/statuses.ts';
import { findUser, type UserRecord } from '../common/db/users.ts';
import { findHours } from '../common/db/working-hours.ts';
import type { Extension } from '../common/phone-number.ts';
import type { EpochMs } from '../common/time.ts';
import { defaultEnd } from '../daemon/calendar/default-end.ts';
import { readUntil } from '../daemon/calendar/read-until.ts';
import { loadDirectory } from '../daemon/directory.ts';
import { loadPresence } from '../daemon/presence/load-presence.ts';
import { presentStatus } from '../daemon/routing/present-status.ts';
import { type Command, done, type Invocation, type Refused, refused } from './command.ts';
import { tellMoment } from './local-moment.ts';
import { table } from './print.ts';
import { refusedBecause } from './refusals.ts';
import { tellPlan } from './status-plans.ts';
import { ORG, withUser } from './users.ts';
import { changed, type Workplace } from './workplace.ts';

const BY = { value: '<extension>', summary: 'the colleague who does it' };

const set: Command = {
  words: 'activity set',
  summary: 'say what a person is doing, and until when',
  takes: ['<extension>', '<activity>'],
  options: {
    until: { value: '<time>', summary: '13:00, 2026-12-24, friday 14:00, +90m' },
    note: { value: '<text>', summary: 'seen by colleagues, never spoken' },
    by: BY,
    org: ORG,
  },
  run: async (invocation) =>
    withUser(invocation, async (user, place, organisation) => {
      const { args, values } = invocation;
      const whose = { organisationId: organisation.id, userId: user.id };
      const activity = await findActivity(place.db, whose, args[1] ?? '');
      if (activity === undefined) return refusedBecause('unknown-activity');
      const by = await readSetter(invocation, place, user);
      if ('kind' in by) return by;
      const end = await readEnd(invocation, place, organisation, user, activity);
      if (typeof end === 'object') return end;
      const note = values.get('note');
      const wanted = { ...whose, ...by, activityId: activity.id, note, endsAt: end };
      const result = await setStatus(place.db, wanted, place.now);
      if (result.kind === 'refused') return refusedBecause(result.why);
      const name = activity.names[organisation.language];
      const until = end === undefined ? '' : ` until ${tellMoment(end, organisation.zone)}`;
      return changed(place, invocation, done(result.status, `${user.name}: ${name}${until}`));
    }),
};

const clear: Command = {
  words: 'activity clear',
  summary: 'make a person available',
  takes: ['<extension>'],
  options: { by: BY, org: ORG },
  run: async (invocation) =>
    withUser(invocation, async (user, place, organisation) => {
      const by = await readSetter(invocation, place, user);
      if ('kind' in by) return by;
      const whose = { organisationId: organisation.id, userId: user.id, ...by };
      const result = await clearStatus(place.db, whose, place.now);
      if (result.kind === 'refused') return refusedBecause(result.why);
      return changed(place, invocation, done(result.status, `${user.name} is available`));
    }),
};

const show: Command = {
  words: 'activity show',
  summary: 'show what a person is doing, who said so, and what comes next',
  takes: ['<extension>'],
  options: { org: ORG },
  run: async (invocation) =>
    withUser(invocation, async ({ extension }, { db, now }, { domain, zone, language }) => {
      const organisation = (await loadDirectory(db)).organisations.get(domain);
      const user = organisation?.users.get(extension);
      if (organisation === undefined || user === undefined) return refusedBecause('unknown-user');
      const { presence } = await loadPresence(db);
      const status = presentStatus(user, organisation, presence, now);
      const plans = await listStatusPlans(db, user.id);
      const { activity, endsAt, note, source, setBy, next } = status;
      const end = endsAt === undefined ? '' : ` until ${tellMoment(endsAt, zone)}`;
      const by =
        source === undefined ? '' : ` (${source}${setBy === undefined ? '' : ` ${setBy}`})`;
      const lines = [
        `${user.name}: ${activity.names[language]}${end}${by}`,
        ...(note === '' ? [] : [note]),
        ...(next === undefined
          ? []
          : [`then ${next.activity.names[language]} from ${tellMoment(next.at, zone)}`]),
        ...plans.map((plan) => tellPlan(plan, organisation)),
      ];
      return done({ extension, ...status, plans }, lines.join('\n'));
    }),
};

const log: Command = {
  words: 'activity log',
  summary: 'show what a person has been doing, the newest first',
  takes: ['<extension>'],
  options: { limit: { value: '<count>', summary: 'how many lines; 20' }, org: ORG },
  run: async (invocation) =>
    withUser(invocation, async (user, { db }, { zone }) => {
      const limit = Number(invocation.values.get('limit') ?? '20');
      if (!Number.isInteger(limit) || limit < 1 || limit > 10_000) {
        return refusedBecause('bad-limit');
      }
      const lines = await listStatusLog(db, user.id, limit);
      const rows = lines.map((line) => [
        tellMoment(line.startedAt, zone),
        line.endsAt === undefined ? '' : tellMoment(line.endsAt, zone),
        line.activityName,
        line.setBy === undefined ? line.source : `${line.source} ${line.setBy}`,
        line.note,
      ]);
      return done(lines, table(['FROM', 'UNTIL', 'ACTIVITY', 'SOURCE', 'NOTE'], rows));
    }),
};

/** As it was said, else as long as the activity lasts; a refusal where it cannot be read. */
async function readEnd(
  { values }: Invocation,
  { db, now }: Workplace,
  organisation: OrganisationRecord,
  user: UserRecord,
  activity: ActivityRecord,
): Promise<EpochMs | undefined | Refused> {
  const { id: organisationId, zone } = organisation;
  const text = values.get('until');
  if (text === undefined) {
    const hours = await findHours(db, { organisationId, userId: user.id });
    return defaultEnd(activity.length, now, zone, hours);
  }
  const until = readUntil(text, now, zone, activity.endsAs);
  return until.kind === 'until' ? until.end : refused('bad-time', `--until is ${until.right}`);
}

type Setter =
  { readonly source: 'admin' } | { readonly source: 'colleague'; readonly setBy: Extension };

/** A colleague, where the organisation lets colleagues; else whoever sits at the keyboard. */
async function readSetter(
  { values }: Invocation,
  { db }: Workplace,
  { organisationId, id }: UserRecord,
): Promise<Setter | Refused> {
  const extension = values.get('by');
  if (extension === undefined) return { source: 'admin' };
  const colleague = await findUser(db, organisationId, extension);
  if (colleague === undefined) return refusedBecause('unknown-user');
  if (colleague.id === id) return { source: 'admin' };
  return (await readSetting(db, organisationId, 'colleagues-set')) === 'yes'
    ? { source: 'colleague', setBy: colleague.extension }
    : refusedBecause('colleagues-may-not');
}

export const statusCommands: readonly Command[] = [set, clear, show, log];
