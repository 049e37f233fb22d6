import { promisify } from 'node:util';
import { gunzipSync, gzip as gzipWithCallback, type ZlibOptions } from 'node:zlib';
import { sql } from 'kysely';
import type { SecretBox } from '../secret-box.ts';
import { type EpochMs, epochMs } from '../time.ts';
import type { Db } from './open.ts';
import { inTransaction } from './transaction.ts';

/** One request of a known phone. */
export interface PhoneRequest {
  readonly phoneId: string;
  readonly at: EpochMs;
  readonly method: string;
  readonly file: string;
  readonly status: number;
  readonly address: string;
}

/** What a request said of the phone; undefined leaves what is known. */
export interface PhoneSeen {
  readonly phoneId: string;
  readonly at: EpochMs;
  readonly address: string;
  readonly firmware: string | undefined;
  readonly agent: string | undefined;
}

export interface ServedFile {
  readonly file: string;
  readonly etag: string;
  readonly content: Buffer;
  readonly servedAt: EpochMs;
}

/** Writes down what has gathered, in one transaction. Touches no revision. */
export async function writeTraffic(db: Db, box: SecretBox, traffic: Traffic): Promise<void> {
  // Pressed before the transaction begins and off the event loop, so that nobody waits for it.
  const changed = await withoutKnown(db, traffic.served);
  const sealed = await Promise.all(changed.map((one) => sealedFile(box, one)));
  await inTransaction(db, async (db) => {
    const all = [...traffic.requests, ...traffic.seen, ...sealed];
    const isThere = await amongPhones(db, all);
    const requests = traffic.requests.filter(isThere);
    if (requests.length > 0) await writeRequests(db, requests);
    const seen = traffic.seen.filter(isThere);
    if (seen.length > 0) await writeSeen(db, seen);
    const served = sealed.filter(isThere);
    if (served.length > 0) await writeServed(db, served);
  });
}

/** As one value, so that the statement is the same for any number of rows, and prepared once. */
async function writeRequests(db: Db, requests: readonly PhoneRequest[]): Promise<void> {
  const rows = requests.map(({ phoneId, at, method, file, status, address }) => [
    ...[phoneId, at, method, file, status, address],
  ]);
  await sql`
    insert into phone_request (phone_id, at, method, file, status, address)
    select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5
    from json_each(${JSON.stringify(rows)})
  `.execute(db);
}

type SealedFile = Omit<ServedOf, 'content'> & { readonly content: string };

async function sealedFile(box: SecretBox, served: ServedOf): Promise<SealedFile> {
  const pressed = await gzip(served.content, QUICKLY);
  const place = filePlace(served.phoneId, served.file);
  return { ...served, content: box.seal(pressed.toString('base64'), place) };
}

/** A few kilobytes of text: half the time of the usual, for a few bytes more. */
const QUICKLY = { level: 1, memLevel: 4 };

const gzip = promisify<Buffer, ZlibOptions, Buffer>(gzipWithCallback);

async function writeServed(db: Db, served: readonly SealedFile[]): Promise<void> {
  const rows = served.map(({ phoneId, servedAt, ...row }) => ({
    ...row,
    phone_id: phoneId,
    served_at: servedAt,
  }));
  await db
    .insertInto('phone_file')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['phone_id', 'file']).doUpdateSet((row) => ({
        etag: row.ref('excluded.etag'),
        content: row.ref('excluded.content'),
        served_at: row.ref('excluded.served_at'),
      })),
    )
    .execute();
}

async function writeSeen(db: Db, seen: readonly PhoneSeen[]): Promise<void> {
  const rows = seen.map(({ phoneId, at, address, firmware = null, agent = null }) => ({
    phone_id: phoneId,
    fetched_at: at,
    address,
    firmware,
    agent,
  }));
  await db
    .insertInto('phone_state')
    .values(rows)
    .onConflict((conflict) =>
      conflict.column('phone_id').doUpdateSet((row) => ({
        fetched_at: row.ref('excluded.fetched_at'),
        address: row.ref('excluded.address'),
        firmware: row.fn.coalesce('excluded.firmware', 'phone_state.firmware'),
        agent: row.fn.coalesce('excluded.agent', 'phone_state.agent'),
      })),
    )
    .execute();
}

type ServedOf = ServedFile & { readonly phoneId: string };

/** Mostly a phone is given what it was given before, and nothing is written. */
async function withoutKnown(db: Db, served: readonly ServedOf[]): Promise<readonly ServedOf[]> {
  if (served.length === 0) return [];
  const rows = await db
    .selectFrom('phone_file')
    .select(['phone_id', 'file', 'etag'])
    .where(
      'phone_id',
      'in',
      served.map(({ phoneId }) => phoneId),
    )
    .execute();
  const known = new Set(rows.map(({ phone_id, file, etag }) => `${phone_id}/${file}/${etag}`));
  return served.filter(({ phoneId, file, etag }) => !known.has(`${phoneId}/${file}/${etag}`));
}

export interface Traffic {
  readonly requests: readonly PhoneRequest[];
  readonly seen: readonly PhoneSeen[];
  readonly served: readonly ServedOf[];
}

/** What a phone was last given, by file. */
export async function listServed(
  db: Db,
  box: SecretBox,
  phoneId: string,
): Promise<readonly ServedFile[]> {
  const rows = await db
    .selectFrom('phone_file')
    .select(['file', 'etag', 'content', 'served_at'])
    .where('phone_id', '=', phoneId)
    .orderBy('file')
    .execute();
  return rows.map(({ file, etag, content, served_at }) => ({
    file,
    etag,
    content: gunzipSync(Buffer.from(box.open(content, filePlace(phoneId, file)), 'base64')),
    servedAt: epochMs(served_at),
  }));
}

/** The entity tags alone, of every phone: by phone, then by file. */
export async function listServedTags(
  db: Db,
): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
  const rows = await db.selectFrom('phone_file').select(['phone_id', 'file', 'etag']).execute();
  const tags = new Map<string, Map<string, string>>();
  for (const { phone_id, file, etag } of rows) {
    const ofPhone = tags.get(phone_id) ?? new Map<string, string>();
    tags.set(phone_id, ofPhone.set(file, etag));
  }
  return tags;
}

/** Newest first. */
export async function listRequests(
  db: Db,
  phoneId: string,
  limit: number,
): Promise<readonly PhoneRequest[]> {
  const rows = await db
    .selectFrom('phone_request')
    .select(['at', 'method', 'file', 'status', 'address'])
    .where('phone_id', '=', phoneId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ phoneId, ...row, at: epochMs(row.at) }));
}

/** A phone may have been removed between its request and this. */
async function amongPhones(
  db: Db,
  all: readonly { readonly phoneId: string }[],
): Promise<(one: { readonly phoneId: string }) => boolean> {
  const wanted = [...new Set(all.map(({ phoneId }) => phoneId))];
  const found =
    wanted.length === 0
      ? []
      : await db.selectFrom('phone').select('id').where('id', 'in', wanted).execute();
  const ids = new Set(found.map(({ id }) => id));
  return ({ phoneId }) => ids.has(phoneId);
}

const filePlace = (phoneId: string, file: string) => ({
  table: 'phone_file',
  id: `${phoneId}/${file}`,
  column: 'content',
});
