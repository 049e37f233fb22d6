import { randomText } from '../id.ts';
import { type EpochMs, epochMs } from '../time.ts';
import type { Db } from './open.ts';
import { bumpRevision } from './revision.ts';
import { inTransaction } from './transaction.ts';

/** A phone in the lobby, that nobody has claimed. */
export interface PhoneGuest {
  readonly mac: string;
  readonly organisationId: string;
  /** Six digits: what it shows and speaks, and what claims it. */
  readonly code: string;
  readonly model: string;
  readonly address: string;
  readonly until: EpochMs;
}

/** The account it registers as, which reaches the lobby alone; its password is its code. */
export const guestUsername = (mac: string): string => `guest-${mac}`;

/** How many may wait at once, of one organisation; past it, nobody new is let in. */
const GUESTS_ALLOWED = 200;
/** And from one address, so that a stranger cannot fill it all. */
const GUESTS_FROM_ONE = 50;

/** Lets a phone in, or again for another while. @returns undefined where the lobby is full. */
export async function welcomeGuest(
  db: Db,
  guest: Omit<PhoneGuest, 'code' | 'until'>,
  now: EpochMs,
  until: EpochMs,
): Promise<PhoneGuest | undefined> {
  return inTransaction(db, async (db) => {
    await db.deleteFrom('phone_guest').where('until', '<', now).execute();
    const { mac, organisationId, model, address } = guest;
    const known = await findGuest(db, mac);
    if (known !== undefined && known.organisationId !== organisationId) {
      await db.deleteFrom('phone_guest').where('mac', '=', mac).execute();
    } else if (known !== undefined) {
      if (known.until - now > (until - now) / 2 && known.address === address) return known;
      await db
        .updateTable('phone_guest')
        .set({ model, address, until })
        .where('mac', '=', mac)
        .execute();
      return { ...known, model, address, until };
    }
    const waiting = await db
      .selectFrom('phone_guest')
      .select('address')
      .where('organisation_id', '=', organisationId)
      .execute();
    const fromThere = waiting.filter((one) => one.address === address);
    if (waiting.length >= GUESTS_ALLOWED || fromThere.length >= GUESTS_FROM_ONE) return undefined;
    const code = await freeCode(db);
    await db
      .insertInto('phone_guest')
      .values({ mac, organisation_id: organisationId, code, model, address, until })
      .execute();
    await bumpRevision(db);
    return { ...guest, code, until };
  });
}

/** Takes the phone with that code out of the lobby. */
export async function claimGuest(
  db: Db,
  organisation: string,
  code: string,
  now: EpochMs,
): Promise<PhoneGuest | undefined> {
  return inTransaction(db, async (db) => {
    const row = await db
      .selectFrom('phone_guest')
      .selectAll()
      .where('code', '=', code)
      .where('organisation_id', '=', organisation)
      .where('until', '>=', now)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    await db.deleteFrom('phone_guest').where('mac', '=', row.mac).execute();
    await bumpRevision(db);
    return guestOf(row);
  });
}

export async function listGuests(db: Db): Promise<readonly PhoneGuest[]> {
  const rows = await db.selectFrom('phone_guest').selectAll().orderBy('mac').execute();
  return rows.map(guestOf);
}

async function findGuest(db: Db, mac: string): Promise<PhoneGuest | undefined> {
  const row = await db
    .selectFrom('phone_guest')
    .selectAll()
    .where('mac', '=', mac)
    .executeTakeFirst();
  return row && guestOf(row);
}

/** There are a million, and two hundred in use at most. */
async function freeCode(db: Db): Promise<string> {
  for (;;) {
    const code = randomText('0123456789', 6);
    const taken = await db
      .selectFrom('phone_guest')
      .select('mac')
      .where('code', '=', code)
      .executeTakeFirst();
    if (taken === undefined) return code;
  }
}

function guestOf(row: {
  readonly mac: string;
  readonly organisation_id: string;
  readonly code: string;
  readonly model: string;
  readonly address: string;
  readonly until: number;
}): PhoneGuest {
  const { mac, organisation_id: organisationId, code, model, address } = row;
  return { mac, organisationId, code, model, address, until: epochMs(row.until) };
}
