import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  readStandingSubscriptions,
  type StandingRow,
} from '../../common/db/standing-subscriptions.ts';
import type { Log } from '../../common/log.ts';
import { type Lamp, LAMP_KINDS } from '../call/lamp.ts';
import { layoutOf } from '../freeswitch/layout.ts';
import { memoryFolder } from '../freeswitch/memory-folder.ts';
import type { StandingSubscription } from './keep-lamps.ts';

/**
 * The subscriptions that FreeSWITCH holds now. Never rejects.
 *
 * @param now - by FreeSWITCH's clock, seconds since 1970.
 */
export async function standingSubscriptions(
  state: string,
  now: number,
  log: Log,
): Promise<readonly StandingSubscription[]> {
  try {
    const rows = await readStandingSubscriptions(tableFile(state));
    return rows.flatMap((row) => {
      const lamp = lampOf(row);
      const { callId, watcher, expires } = row;
      if (lamp === undefined) return [];
      return [{ lamp, subscription: callId, watcher, lasts: (expires - now) * 1_000 }];
    });
  } catch (err) {
    log.warn({ err }, 'who watches lamps is not known until the phones renew');
    return [];
  }
}

/** What a row of FreeSWITCH’s table is a subscription to, where it is a lamp. */
export function lampOf({
  proto,
  name,
  domain,
}: Pick<StandingRow, 'proto' | 'name' | 'domain'>): Lamp | undefined {
  const kind = LAMP_KINDS.find((each) => each === proto);
  return kind && { kind, name, domain: domain.toLowerCase() };
}

/** In memory where `vaxel start` put it; an installed FreeSWITCH has a link to memory where it would be on disk. */
export function tableFile(state: string): string {
  const name = 'sofia_reg_vaxel.db';
  const inMemory = join(memoryFolder(state) ?? '', name);
  return existsSync(inMemory) ? inMemory : join(layoutOf(state).db, name);
}
