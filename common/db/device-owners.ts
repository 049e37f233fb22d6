import type { Db } from './open.ts';

/** Whose an account is, for people. */
export interface DeviceOwner {
  readonly extension: string;
  readonly name: string;
  readonly kind: 'app' | 'desk' | 'mobile';
  readonly label: string;
}

/** Of every account of the server, by `username@domain`. */
export async function listDeviceOwners(db: Db): Promise<ReadonlyMap<string, DeviceOwner>> {
  const rows = await db
    .selectFrom('device')
    .innerJoin('user', 'user.id', 'device.user_id')
    .innerJoin('organisation', 'organisation.id', 'device.organisation_id')
    .select(['username', 'domain', 'extension', 'user.name', 'kind', 'label'])
    .where('username', 'is not', null)
    .execute();
  return new Map(
    rows.map(({ username, domain, ...owner }) => [`${username ?? ''}@${domain}`, owner]),
  );
}
