import { setTimeout as sleep } from 'node:timers/promises';
import { CANARY } from '../../common/canary-account.ts';
import {
  readStandingDialogs,
  type StandingDialog,
} from '../../common/db/standing-subscriptions.ts';
import { VaxelError } from '../../common/errors.ts';
import type { Log } from '../../common/log.ts';
import type { EslConnection } from '../esl/connection.ts';
import { endDialog } from '../esl/presence.ts';
import { tableFile } from './standing.ts';

export interface RenewalDeps {
  readonly state: string;
  /** `undefined` while there is no FreeSWITCH to command. */
  readonly control: () => Pick<EslConnection, 'send'> | undefined;
  readonly log: Log;
}

/**
 * Has every phone subscribe anew. A dialog in which FreeSWITCH’s numbers have fallen is of no use any
 * more: a phone refuses each NOTIFY that is numbered lower than one before it (RFC 3261 §12.2.2), for
 * as long as it renews that dialog. They fall at New Year, and where FreeSWITCH had counted ahead of
 * the clock and is another.
 */
export function keepRenewal({ state, control, log }: RenewalDeps): () => Promise<void> {
  async function renew(): Promise<number> {
    const freeswitch = control();
    if (freeswitch === undefined) throw new VaxelError('ESL_DISCONNECTED', 'no FreeSWITCH to tell');
    const dialogs = (await readStandingDialogs(tableFile(state))).filter(isOfPhone);
    let count = 0;
    for (const dialog of dialogs) if (await endDialog(freeswitch, dialog)) count += 1;
    return count;
  }

  return async () => {
    for (let tries = 1; ; tries += 1) {
      try {
        log.warn({ count: await renew() }, 'phones were told to subscribe anew');
        return;
      } catch (err) {
        if (!(err instanceof VaxelError) && !isOfSqlite(err)) throw err;
        log.warn({ err }, 'phones could not be told to subscribe anew');
        if (tries === TRIES) return;
      }
      await sleep(AGAIN_MS, undefined, { ref: false });
    }
  };
}

/** Not our own; and nothing of a phone that would break a line reaches the event socket. */
const isOfPhone = (dialog: StandingDialog): boolean =>
  !dialog.phone.includes(`<sip:${CANARY}@`) && !/[\r\n\0]/.test(Object.values(dialog).join(''));

const isOfSqlite = (err: unknown): boolean => err instanceof Error && err.name === 'SqliteError';

/** FreeSWITCH may be busy with whatever made its numbers fall. */
const TRIES = 5;
const AGAIN_MS = 2_000;
