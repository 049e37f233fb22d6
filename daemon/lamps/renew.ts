import { CANARY } from '../../common/canary-account.ts';
import {
  readStandingDialogs,
  type StandingDialog,
} from '../../common/db/standing-subscriptions.ts';
import { VaxelError } from '../../common/errors.ts';
import type { Log } from '../../common/log.ts';
import type { Clock, EpochMs } from '../../common/time.ts';
import type { EslConnection } from '../esl/connection.ts';
import { endDialog } from '../esl/presence.ts';
import { tableFile } from './standing.ts';

export interface RenewalDeps {
  readonly state: string;
  /** `undefined` while there is no FreeSWITCH to command. */
  readonly control: () => Pick<EslConnection, 'send'> | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Has every phone subscribe anew. A dialog in which FreeSWITCH’s numbers have fallen, as they do
 * at New Year, is of no use any more: a phone refuses each NOTIFY that is numbered lower than one
 * before it (RFC 3261 §12.2.2), for as long as it renews that dialog.
 */
export function keepRenewal({ state, control, clock, log }: RenewalDeps): () => Promise<void> {
  let last: EpochMs | undefined;

  return async () => {
    const freeswitch = control();
    // Each lamp that is sampled has seen it.
    if (freeswitch === undefined || (last !== undefined && clock() - last < ONCE_IN_MS)) return;
    last = clock();
    try {
      const dialogs = (await readStandingDialogs(tableFile(state))).filter(isOfPhone);
      let count = 0;
      for (const dialog of dialogs) if (await endDialog(freeswitch, dialog)) count += 1;
      log.warn({ count }, 'phones were told to subscribe anew');
    } catch (err) {
      if (!(err instanceof VaxelError) && !isOfSqlite(err)) throw err;
      last = undefined;
      log.warn({ err }, 'phones could not be told to subscribe anew');
    }
  };
}

/** Not our own; and nothing of a phone that would break a line reaches the event socket. */
const isOfPhone = (dialog: StandingDialog): boolean =>
  !dialog.phone.includes(`<sip:${CANARY}@`) && !/[\r\n\0]/.test(Object.values(dialog).join(''));

const isOfSqlite = (err: unknown): boolean => err instanceof Error && err.name === 'SqliteError';

/** Milliseconds: as long as a subscription stands without being renewed. */
const ONCE_IN_MS = 600_000;
