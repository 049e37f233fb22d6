import { markSeen } from '../common/db/devices.ts';
import type { Db } from '../common/db/open.ts';
import type { Log } from '../common/log.ts';
import type { Registration } from './call/event.ts';

/** Writes down when, where and as what each device registered last. */
export function rememberDevices(db: Db, log: Log): { note(registration: Registration): void } {
  return {
    note: ({ username, domain, at, ip, userAgent }) => {
      markSeen(db, { username, domain }, { at, address: ip, agent: userAgent }).catch(
        (err: unknown) => {
          log.warn({ err }, 'a registration could not be written down');
        },
      );
    },
  };
}
