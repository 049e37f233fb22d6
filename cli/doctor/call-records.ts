import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../common/config.ts';
import { layoutOf } from '../../daemon/freeswitch/layout.ts';
import { type Finding, ok, warning } from './finding.ts';

/** Is what FreeSWITCH writes of ended calls taken into the database? */
export function checkCallRecords({ state }: Config): readonly Finding[] {
  const folder = layoutOf(state).cdr;
  const aside = join(folder, 'unreadable');
  const waiting = countRecords(folder);
  const unreadable = countRecords(aside);
  return [
    waiting > MANY
      ? warning(
          'records',
          `${waiting} records of calls wait outside the database`,
          'start the daemon, which takes them in; where it runs, its log says why it does not',
        )
      : ok('records', `${waiting} records of calls wait to be taken in`),
    ...(unreadable === 0
      ? []
      : [
          warning(
            'records',
            `${unreadable} records of calls could not be read`,
            `look at ${aside}; what a full disk has cut short may be removed`,
          ),
        ]),
  ];
}

/** A folder that is not there has none. */
function countRecords(folder: string): number {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json')).length;
  } catch {
    return 0;
  }
}

/** More than a busy minute leaves behind. */
const MANY = 100;
