import type { Db } from '../common/db/open.ts';
import { findPhone, hashOfToken, phonePassword, type PhoneRecord } from '../common/db/phones.ts';
import { readPhonesRevision } from '../common/db/revision.ts';
import { findWindow, type PhoneWindow } from '../common/db/phone-windows.ts';
import type { SecretBox } from '../common/secret-box.ts';

/** A phone, and what it may show to be believed. */
export interface KnownPhone {
  readonly record: PhoneRecord;
  readonly password: string;
  /** In which it may fetch once without any of that. */
  readonly window: PhoneWindow | undefined;
}

export interface PhoneLookup {
  /** The present token's alone. */
  byToken(token: string): Promise<KnownPhone | undefined>;
  byMac(mac: string): Promise<KnownPhone | undefined>;
  /** Of the database, for whatever else is remembered from it. */
  revision(): Promise<number>;
}

/** How many answers are remembered; past it, all are forgotten at once. */
const REMEMBERED = 50_000;

/**
 * Finds phones, and remembers what it found until the database's revision moves.
 * The revision is read for every request, once for all that wait together.
 */
export function createPhoneLookup(db: Db, box: SecretBox): PhoneLookup {
  let asking: Promise<number> | undefined;
  let at = -1;
  const found = new Map<string, KnownPhone | undefined>();

  const revision = (): Promise<number> => {
    asking ??= readPhonesRevision(db).finally(() => {
      setImmediate(() => {
        asking = undefined;
      });
    });
    return asking;
  };

  async function look(
    key: string,
    by: { readonly mac: string } | { readonly tokenHash: string },
  ): Promise<KnownPhone | undefined> {
    const now = await revision();
    if (now !== at || found.size > REMEMBERED) found.clear();
    at = now;
    if (found.has(key)) return found.get(key);
    const record = await findPhone(db, by);
    const phone = record && {
      record,
      password: phonePassword(box, record.id, record.tokenNumber),
      window: await findWindow(db, record.id),
    };
    found.set(key, phone);
    return phone;
  }

  return {
    byToken: (token) => {
      const tokenHash = hashOfToken(token);
      return look(tokenHash, { tokenHash });
    },
    byMac: (mac) => look(mac, { mac }),
    revision,
  };
}
