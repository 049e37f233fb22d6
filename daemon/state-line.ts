import type { Db } from '../common/db/open.ts';
import { readRevision } from '../common/db/revision.ts';
import { VaxelError } from '../common/errors.ts';
import type { EslSupervisor } from './esl/supervise.ts';

export interface StateLineDeps {
  readonly db: Db;
  readonly esl: Pick<EslSupervisor, 'control' | 'state'>;
}

/**
 * How the daemon is, in one line: `answers calls; FreeSWITCH 1.11.2, 3 calls`.
 * A database that answers with an error has answered: a daemon that was started
 * anew would have no memory to decide from.
 */
export async function stateLine({ db, esl }: StateLineDeps): Promise<string> {
  const [database, freeswitch] = await Promise.all([ofDatabase(db), ofFreeSwitch(esl)]);
  return [...freeswitch, ...database].join('; ');
}

async function ofDatabase(db: Db): Promise<readonly string[]> {
  try {
    await readRevision(db);
    return [];
  } catch (error) {
    if (!(error instanceof VaxelError)) throw error;
    return [`decides from memory (${error.code})`];
  }
}

async function ofFreeSwitch({ control, state }: StateLineDeps['esl']): Promise<readonly string[]> {
  const link = control();
  if (link === undefined) {
    const refused = state().control === 'refused';
    return [refused ? 'FreeSWITCH refuses our password' : 'FreeSWITCH is not there: no calls'];
  }
  try {
    const [version, calls] = await Promise.all([
      link.api('version short', ANSWER_WITHIN_MS),
      link.api('show calls count', ANSWER_WITHIN_MS),
    ]);
    const count = Number(/\d+/.exec(calls)?.[0] ?? 0);
    return ['answers calls', `FreeSWITCH ${version.trim()}, ${count} calls`];
  } catch (error) {
    if (!(error instanceof VaxelError)) throw error;
    return ['FreeSWITCH does not answer'];
  }
}

/** Milliseconds: less than a watchdog waits. */
const ANSWER_WITHIN_MS = 2_000;
