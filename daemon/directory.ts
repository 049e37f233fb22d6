import { type ActivityRecord, allActivities } from '../common/db/activities.ts';
import { assignedNumbers } from '../common/db/numbers.ts';
import type { TrunkTrust } from '../common/trunk-trust.ts';
import type { Db } from '../common/db/open.ts';
import { readRevision } from '../common/db/revision.ts';
import { SETTING_DEFAULTS, type SettingKey } from '../common/db/settings.ts';
import { listTeams, type TeamRecord } from '../common/db/teams.ts';
import { inSnapshot } from '../common/db/transaction.ts';
import { allHours } from '../common/db/working-hours.ts';
import { groupBy } from '../common/group-by.ts';
import { eachInTurns, othersTurn } from '../common/in-turns.ts';
import { readCountries } from '../common/outside-reach.ts';
import type { E164, Extension } from '../common/phone-number.ts';
import { seconds } from '../common/time.ts';
import { most, personalRules, readPersonalRows } from './personal-rules.ts';
import type { Activity, ActivityId } from './routing/activity.ts';
import type {
  Account,
  Called,
  Device,
  Directory,
  Organisation,
  OutsideLimits,
  Team,
  Trunk,
  User,
} from './routing/directory.ts';
import type { FeatureDigits } from './routing/feature-code.ts';
import type { Rules, Showing } from './routing/rules.ts';

/**
 * The whole database as routing sees it, from one moment and in fifteen queries:
 * read at start and whenever the revision has moved.
 */
export async function loadDirectory(db: Db): Promise<Directory> {
  const rows = await inSnapshot(db, readRows);
  const numbers = new Map<E164, Called>();
  const accounts = new Map<string, Account>();
  const organisations = new Map<string, Organisation>();
  const numbersOf = groupBy(rows.numbers, ({ owner }) => owner);
  const devicesOf = groupBy(rows.devices, ({ user_id }) => user_id);
  const usersOf = groupBy(rows.users, ({ organisation_id }) => organisation_id);
  const trunksOf = groupBy(rows.trunks, ({ organisation_id }) => organisation_id);
  const mainNumberOf = new Map(
    rows.numbers.toReversed().map(({ organisationId, e164 }) => [organisationId, e164] as const),
  );
  const settings = new Map(
    [...groupBy(rows.settings, ({ organisation_id }) => organisation_id)].map(
      ([organisation, own]) => [organisation, new Map(own.map(({ key, value }) => [key, value]))],
    ),
  );
  const personal = personalRules(rows.personal, settings);
  const teamsOf = groupBy(rows.teams, ({ organisationId }) => organisationId);
  const activitiesOf = groupBy(rows.activities, ({ organisationId }) => organisationId);

  for (const row of rows.organisations) {
    const users = new Map<Extension, User>();
    const teams = new Map<Extension, Team>();
    const people = usersOf.get(row.id) ?? [];
    const setting = (key: SettingKey) => settings.get(row.id)?.get(key) ?? SETTING_DEFAULTS[key];
    const own = teamsOf.get(row.id) ?? [];
    const switchboard = [...people, ...own].find(
      ({ extension }) => extension === setting('switchboard'),
    );
    const organisation: Organisation = Object.freeze({
      id: row.id,
      domain: row.domain,
      name: row.name,
      country: row.country,
      areaCode: row.area_code ?? undefined,
      zone: row.zone,
      language: row.language,
      voicemailCode: setting('voicemail-code'),
      codes: codesOf(setting),
      switchboard: switchboard && (switchboard.extension as Extension),
      lamps: Object.freeze({
        closed: lampRule(setting('lamp-closed')),
        unreachable: lampRule(setting('lamp-unreachable')),
      }),
      callsOut: outsideLimits(setting),
      users,
      teams,
      mainNumber: mainNumberOf.get(row.id),
      hours: rows.hours.of({ organisationId: row.id }),
      activities: new Map((activitiesOf.get(row.id) ?? []).map(activityOf)),
      trunks: Object.freeze((trunksOf.get(row.id) ?? []).map(trunkOf)),
    });
    organisations.set(row.domain, organisation);
    for (const record of own) {
      const rules = personal.rulesOf({ id: record.id, organisation_id: row.id });
      const team = teamOf(record, organisation, rules);
      const { user } = team;
      teams.set(user.extension, team);
      for (const number of user.numbers) {
        numbers.set(number, Object.freeze({ organisation, user, team }));
      }
    }
    await eachInTurns(people, (userRow) => {
      const user: User = Object.freeze({
        id: userRow.id,
        extension: userRow.extension as Extension,
        name: userRow.name,
        language: userRow.language ?? row.language,
        numbers: Object.freeze((numbersOf.get(userRow.id) ?? []).map(({ e164 }) => e164)),
        devices: Object.freeze(
          (devicesOf.get(userRow.id) ?? []).flatMap((device) =>
            deviceOf(device, personal.showsOf(device.id)),
          ),
        ),
        ringFor: seconds(userRow.ring_seconds),
        hours: rows.hours.of({ organisationId: row.id, userId: userRow.id }),
        rules: personal.rulesOf(userRow),
        greetings: personal.greetingsOf(userRow.id),
      });
      users.set(user.extension, user);
      const owner = Object.freeze({ organisation, user });
      for (const number of user.numbers) numbers.set(number, owner);
      for (const device of user.devices) {
        if (device.kind === 'mobile') continue;
        accounts.set(
          `${device.username}@${row.domain}`,
          Object.freeze({ organisation, user, device }),
        );
      }
    });
  }
  return Object.freeze({ revision: rows.revision, organisations, numbers, accounts });
}

async function readRows(db: Db) {
  const users = await db
    .selectFrom('user')
    .select(['id', 'organisation_id', 'extension', 'name', 'language', 'ring_seconds'])
    .execute();
  await othersTurn();
  const numbers = await assignedNumbers(db);
  await othersTurn();
  const devices = await db
    .selectFrom('device')
    .select(['id', 'user_id', 'kind', 'label', 'username', 'to_e164', 'verified'])
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  await othersTurn();
  return {
    users,
    numbers,
    devices,
    revision: await readRevision(db),
    organisations: await db
      .selectFrom('organisation')
      .select(['id', 'domain', 'name', 'country', 'area_code', 'zone', 'language'])
      .execute(),
    trunks: await db
      .selectFrom('trunk')
      .select(['id', 'organisation_id', 'name', 'host', 'referral_media', 'trust', 'shows_mobiles'])
      .orderBy('position')
      .execute(),
    settings: await db.selectFrom('setting').selectAll().execute(),
    personal: await readPersonalRows(db),
    teams: await listTeams(db),
    activities: await allActivities(db),
    hours: await allHours(db),
  };
}

interface DeviceRow {
  readonly id: string;
  readonly user_id: string;
  readonly kind: 'app' | 'desk' | 'mobile';
  readonly label: string;
  readonly username: string | null;
  readonly to_e164: string | null;
  readonly verified: 0 | 1;
}

function deviceOf(
  { id, user_id: user, kind, label, username, to_e164, verified }: DeviceRow,
  shows: Showing | undefined,
): readonly Device[] {
  if (kind === 'mobile') {
    if (to_e164 === null) return [];
    const mobile = { kind, id, user, label, to: to_e164 as E164 };
    return [Object.freeze(verified === 1 ? { ...mobile, verified: true } : mobile)];
  }
  if (username === null) return [];
  const device = { kind, id, user, label, username };
  return [Object.freeze(shows === undefined ? device : { ...device, shows })];
}

interface TrunkRow {
  readonly id: string;
  readonly name: string;
  readonly host: string;
  readonly referral_media: 'answered' | 'early';
  readonly trust: TrunkTrust;
  readonly shows_mobiles: 0 | 1;
}

const trunkOf = ({ id, name, host, referral_media, trust, shows_mobiles }: TrunkRow): Trunk =>
  Object.freeze({
    id,
    name,
    host,
    referralMedia: referral_media,
    trust,
    showsMobiles: shows_mobiles === 1,
  });

function teamOf(
  { id, extension, name, numbers, spokenName, ringSeconds, members, unanswered }: TeamRecord,
  { language, hours }: Organisation,
  rules: Rules,
): Team {
  const ringFor = seconds(ringSeconds);
  const about = { id, extension, name, language, numbers, hours, ringFor, rules };
  return Object.freeze({
    user: Object.freeze({ ...about, devices: [] }),
    spokenName,
    members: Object.freeze(members.map((member) => member.extension)),
    unanswered,
  });
}

function activityOf(record: ActivityRecord): readonly [ActivityId, Activity] {
  const id = record.id as ActivityId;
  const { key, position, names, rings, length, endsAs, endWord, phrase, teamsRing } = record;
  const { ringSeconds } = record;
  return [
    id,
    Object.freeze({
      ...{ id, key, position, names, rings, length, endsAs, endWord, teamsRing },
      ownedBy: record.userId,
      isRemoved: record.removedAt !== undefined,
      phrases: phrase,
      publicPhrases: record.publicPhrase ?? phrase,
      isPrivate: record.private,
      ...(ringSeconds !== undefined && { ringFor: seconds(ringSeconds) }),
    }),
  ];
}

const codesOf = (setting: (key: SettingKey) => string): FeatureDigits =>
  Object.freeze({
    activity: setting('code-activity'),
    forward: Object.freeze({
      always: setting('code-forward-always'),
      busy: setting('code-forward-busy'),
      'no-answer': setting('code-forward-no-answer'),
      unreachable: setting('code-forward-unreachable'),
    }),
  });

function outsideLimits(setting: (key: SettingKey) => string): OutsideLimits {
  return Object.freeze({
    countries: readCountries(setting('countries')),
    atOnce: most(setting('all-calls-out-at-once')),
    anHour: Object.freeze({
      domestic: most(setting('all-domestic-an-hour')),
      abroad: most(setting('all-abroad-an-hour')),
      premium: most(setting('all-premium-an-hour')),
    }),
  });
}

const lampRule = (value: string) => (value === 'dark' ? 'dark' : 'lit');
