import type { Db } from '../common/db/open.ts';
import { findPhone, hashOfToken, phonePassword, type PhoneRecord } from '../common/db/phones.ts';
import { listWindows, type PhoneWindow } from '../common/db/phone-windows.ts';
import type { SecretBox } from '../common/secret-box.ts';

/** A phone, and what it may show to be believed. */
export interface KnownPhone {
  readonly record: PhoneRecord;
  readonly password: string;
}

export interface PhoneLookup {
  /** The present token's alone. */
  byToken(token: string): Promise<KnownPhone | undefined>;
  byMac(mac: string): Promise<KnownPhone | undefined>;
  /** In which that phone may fetch once without a secret. The same work for any MAC address. */
  windowOf(mac: string): Promise<PhoneWindow | undefined>;
}

/** How many answers are remembered; past it, all are forgotten at once. */
const REMEMBERED = 5_000;

/** Finds phones, and remembers what it found until the database's revision moves. */
export function createPhoneLookup(db: Db, box: SecretBox, revisionNow: () => number): PhoneLookup {
  let at = -1;
  let windows: ReadonlyMap<string, PhoneWindow> = new Map();
  const found = new Map<string, KnownPhone | undefined>();

  async function look(
    key: string,
    by: { readonly mac: string } | { readonly tokenHash: string },
  ): Promise<KnownPhone | undefined> {
    await renew();
    if (found.has(key)) return found.get(key);
    if (found.size > REMEMBERED) found.clear();
    const record = await findPhone(db, by);
    // The same work for a phone that is not there.
    const { id, tokenNumber } = record ?? NOBODY;
    const password = phonePassword(box, id, tokenNumber);
    const phone = record && { record, password };
    found.set(key, phone);
    return phone;
  }

  /** Forgets what was found before the last change. */
  async function renew(): Promise<void> {
    const now = revisionNow();
    if (now === at) return;
    const open = await listWindows(db);
    if (now === at) return;
    [at, windows] = [now, open];
    found.clear();
  }

  return {
    byToken: (token) => {
      const tokenHash = hashOfToken(token);
      return look(tokenHash, { tokenHash });
    },
    byMac: (mac) => look(mac, { mac }),
    windowOf: async (mac) => {
      await renew();
      return windows.get(mac);
    },
  };
}

const NOBODY = { id: 'nobody', tokenNumber: 1 };
