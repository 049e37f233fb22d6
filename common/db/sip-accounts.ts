import { a1Hash } from '../a1-hash.ts';
import { groupBy } from '../group-by.ts';
import { mapInTurns, othersTurn } from '../in-turns.ts';
import type { E164, Extension } from '../phone-number.ts';
import type { SecretBox } from '../secret-box.ts';
import { devicePlace } from './devices.ts';
import { assignedNumbers } from './numbers.ts';
import type { Db } from './open.ts';
import { inSnapshot } from './transaction.ts';
import { pinPlace } from './users.ts';

/** One user as FreeSWITCH's directory needs him: a mailbox, and what may register. */
export interface SipUser {
  readonly id: string;
  readonly domain: string;
  readonly extension: Extension;
  readonly name: string;
  readonly language: 'sv' | 'en';
  /** The one he has had longest first. */
  readonly numbers: readonly E164[];
  /** Of his mailbox, in the clear; undefined: from outside nobody gets in. */
  readonly pin: string | undefined;
  readonly accounts: readonly SipAccount[];
}

export interface SipAccount {
  readonly deviceId: string;
  readonly kind: 'app' | 'desk';
  readonly label: string;
  readonly username: string;
  /** MD5 of `username:domain:password` (RFC 2617 §3.2.2.2, HA1): enough to check a digest. */
  readonly a1Hash: string;
}

/** Every user of the server, by domain and extension. */
export async function listSipAccounts(db: Db, box: SecretBox): Promise<readonly SipUser[]> {
  const { users, numbers, devices } = await inSnapshot(db, readAll);
  const numbersOf = groupBy(numbers, ({ owner }) => owner);
  const devicesOf = groupBy(devices, ({ user_id }) => user_id);
  return mapInTurns(users, (user) => ({
    id: user.id,
    domain: user.domain,
    extension: user.extension as Extension,
    name: user.name,
    language: user.language ?? user.organisation_language,
    numbers: (numbersOf.get(user.id) ?? []).map(({ e164 }) => e164),
    pin: user.voicemail_pin === null ? undefined : box.open(user.voicemail_pin, pinPlace(user.id)),
    accounts: (devicesOf.get(user.id) ?? []).flatMap((device) => {
      const { id, kind, label, username, secret } = device;
      if (kind === 'mobile' || username === null || secret === null) return [];
      const hash = a1Hash(username, user.domain, box.open(secret, devicePlace(id)));
      return [{ deviceId: id, kind, label, username, a1Hash: hash }];
    }),
  }));
}

async function readAll(db: Db) {
  const users = await db
    .selectFrom('user')
    .innerJoin('organisation', 'organisation.id', 'user.organisation_id')
    .select(['user.id', 'organisation.domain', 'extension', 'user.name', 'user.language'])
    .select(['organisation.language as organisation_language', 'voicemail_pin'])
    .orderBy('organisation.domain')
    .orderBy('extension')
    .execute();
  await othersTurn();
  const numbers = await assignedNumbers(db);
  await othersTurn();
  const devices = await db
    .selectFrom('device')
    .select(['id', 'user_id', 'kind', 'label', 'username', 'secret'])
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return { users, numbers, devices };
}
