import type { Config } from '../../common/config.ts';
import type { Db } from '../../common/db/open.ts';
import { listServedTags } from '../../common/db/phone-traffic.ts';
import { openSecrets } from '../../common/secrets.ts';
import { filesOf, readPhone } from '../../provisioning/source/files-of-phone.ts';
import { type Finding, ok, warning } from './finding.ts';

/** Has every phone that ever came what it would get now? */
export async function checkPhones(config: Config, db: Db): Promise<readonly Finding[]> {
  const { box } = openSecrets(config);
  const old: string[] = [];
  const served = await listServedTags(db);
  for (const [phoneId, tags] of served) {
    const phone = await readPhone({ db, box, config }, phoneId);
    const isOld =
      phone !== undefined &&
      filesOf(phone).some(({ name, etag }) => tags.has(name) && tags.get(name) !== etag);
    if (isOld) old.push(phone.mac);
  }
  if (served.size === 0) return [];
  return old.length === 0
    ? [ok('phones', `all ${served.size} have what they would get now`)]
    : old.map((mac) =>
        warning(
          'phones',
          `${mac} has an old configuration`,
          `vaxel phone resync ${mac}; where that does not help, see that it is registered and vaxel phone log ${mac}`,
        ),
      );
}
