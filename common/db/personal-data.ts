import { type RawBuilder, sql } from 'kysely';
import type { E164, Extension } from '../phone-number.ts';
import type { EpochMs } from '../time.ts';
import type { Db } from './open.ts';
import type { OrganisationRecord } from './organisations.ts';
import { bumpRevision } from './revision.ts';
import type { Tables } from './schema.ts';
import { inTransaction } from './transaction.ts';
import { removeUser, type UserRecord } from './users.ts';

/** A person, as rows name him. */
export interface Person {
  readonly id: string;
  readonly organisationId: string;
  readonly extension: Extension;
  readonly numbers: readonly E164[];
  /** SIP user names of his devices. */
  readonly usernames: readonly string[];
  /** Where his mobiles are dialled. */
  readonly mobiles: readonly string[];
}

export type Row = Readonly<Record<string, unknown>>;

export async function personOf(db: Db, user: UserRecord): Promise<Person> {
  const devices = await db
    .selectFrom('device')
    .select(['username', 'to_e164'])
    .where('user_id', '=', user.id)
    .execute();
  return {
    ...user,
    usernames: devices.flatMap(({ username }) => username ?? []),
    mobiles: devices.flatMap(({ to_e164 }) => to_e164 ?? []),
  };
}

/** Every row there is about a person, by table; sealed secrets and hashes are left out. */
export async function personalData(
  db: Db,
  person: Person,
): Promise<ReadonlyMap<keyof Tables, readonly Row[]>> {
  const found = new Map<keyof Tables, readonly Row[]>();
  for (const [table, of] of PERSONAL) {
    const { rows } = await sql<Row>`
      select * from ${sql.table(table)} where ${of(person)}
    `.execute(db);
    if (rows.length > 0) found.set(table, rows.map(readable));
  }
  return found;
}

/**
 * Removes the person and every row about him, in one transaction; his numbers
 * rest. Where a colleague's row names him, the name goes and the row stays.
 *
 * @returns how many rows went, by table.
 */
export async function forgetPerson(
  db: Db,
  organisation: OrganisationRecord,
  person: Person,
  now: EpochMs,
): Promise<Readonly<Record<string, number>>> {
  // What is deleted is written over with zeros (sqlite.org/pragma.html#pragma_secure_delete).
  await sql`pragma secure_delete = on`.execute(db);
  const counts = await inTransaction(db, async (db) => {
    const gone: Record<string, number> = {};
    for (const [table, of] of PERSONAL) {
      const { rows } = await sql<{ count: number }>`
        select count(*) as count from ${sql.table(table)} where ${of(person)}
      `.execute(db);
      const count = rows[0]?.count ?? 0;
      if (count > 0 && table !== 'number') gone[table] = count;
    }
    for (const [table, of] of PERSONAL) {
      if (KEPT_UNTIL_THE_LAST.includes(table)) continue;
      await sql`delete from ${sql.table(table)} where ${of(person)}`.execute(db);
    }
    for (const table of ['status', 'status_log'] as const) {
      await db
        .updateTable(table)
        .set({ set_by: null })
        .where('organisation_id', '=', person.organisationId)
        .where('set_by', '=', person.extension)
        .execute();
    }
    await removeUser(db, organisation.id, person.extension, now);
    await bumpRevision(db);
    return gone;
  });
  await sql`pragma wal_checkpoint(truncate)`.execute(db);
  return counts;
}

/** Whether a table holds rows about people, for the test that none is left out. */
export const isPersonal = (table: string): boolean => PERSONAL.some(([name]) => name === table);

type Condition = (person: Person) => RawBuilder<unknown>;

const byUser: Condition = ({ id }) => sql`user_id = ${id}`;

const device = ({ id }: Person) => sql`(select id from device where user_id = ${id})`;
const byDevice: Condition = (person) => sql`device_id in ${device(person)}`;

/** Phones on which nobody else has a line. */
const phones = (person: Person) => sql`(
  select phone_id from phone_line group by phone_id
  having sum(device_id not in ${device(person)}) = 0)`;
const byPhone: Condition = (person) => sql`phone_id in ${phones(person)}`;

/** A number of his as anybody writes it: `+46812345600`, `0812345600`, `46812345600`. */
function isHis(column: string, { extension, numbers, mobiles }: Person): RawBuilder<unknown> {
  const endings = [...numbers, ...mobiles].map(
    (number) => sql`${sql.ref(column)} like ${`%${number.slice(COUNTRY_LENGTH)}`}`,
  );
  return sql`(${sql.join([sql`${sql.ref(column)} = ${extension}`, ...endings], sql` or `)})`;
}

/** A plus and two digits, as most countries' are: what is left is long enough to be nobody else's. */
const COUNTRY_LENGTH = 3;

/** He was called, he called, or one of his devices did. */
const decided: Condition = (person) => sql`(
  user_id = ${person.id} or (
    coalesce(organisation_id, ${person.organisationId}) = ${person.organisationId}
    and (${isHis('caller', person)} or ${isHis('dialled', person)} ${sql.join(
      person.usernames.map((name) => sql`or instr(question, ${JSON.stringify(name)}) > 0`),
      sql` `,
    )})))`;

/** Every table with rows about a person, and which of them are; those first that others are found by last. */
const PERSONAL: readonly (readonly [table: keyof Tables, of: Condition])[] = [
  [
    'call_leg',
    (person) =>
      sql`(${byDevice(person)} or call in (select leg from decision where ${decided(person)}))`,
  ],
  ['decision_rung', byUser],
  ['decision', decided],
  [
    'recall',
    (person) =>
      sql`(user_id = ${person.id} or (organisation_id = ${person.organisationId} and ${isHis('caller', person)}))`,
  ],
  ['status', byUser],
  ['status_log', byUser],
  ['status_plan', byUser],
  ['working_hours', byUser],
  ['contact_number', ({ id }) => sql`contact_id in (select id from contact where user_id = ${id})`],
  ['contact', byUser],
  ['forward', byUser],
  ['rule', byUser],
  ['device_rule', byDevice],
  ['ring_step', byUser],
  ['choice', byUser],
  ['greeting', byUser],
  ['team_member', byUser],
  ['activity', byUser],
  ['voicemail_lock', byUser],
  ['api_token', byUser],
  ['phone_state', byPhone],
  ['phone_request', byPhone],
  ['phone_upload', byPhone],
  ['phone_file', byPhone],
  ['phone_line', byDevice],
  ['number', byUser],
  ['device', byUser],
  ['user', ({ id }) => sql`id = ${id}`],
];

/** Gone with the user, or still needed to find the others. */
const KEPT_UNTIL_THE_LAST: readonly (keyof Tables)[] = ['number', 'user'];

const HIDDEN = ['secret', 'voicemail_pin', 'hash', 'content'];

/** Without secrets, and JSON as what it says. */
const readable = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row)
      .filter(([column]) => !HIDDEN.includes(column))
      .map(([column, value]) => [column, unpacked(value)]),
  );

function unpacked(value: unknown): unknown {
  if (typeof value !== 'string' || !/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
