import { setTimeout as pause } from 'node:timers/promises';
import type { Db } from '../../common/db/open.ts';
import { listOrganisations, type OrganisationRecord } from '../../common/db/organisations.ts';
import { type Forgettable, forgetSlice, OF_NOBODY, SLICE } from '../../common/db/retention.ts';
import { readSetting, type SettingKey } from '../../common/db/settings.ts';
import type { Log } from '../../common/log.ts';
import { type EpochMs, epochMs } from '../../common/time.ts';
import type { Layout } from '../freeswitch/layout.ts';
import { forgetFiles, forgetHeard, forgetLeftBehind } from './forget-sounds.ts';

export interface ForgetDeps {
  readonly db: Db;
  readonly layout: Layout;
  /** Where the daemon writes its journal, if it does. */
  readonly journal: string | undefined;
  readonly log: Log;
}

/**
 * Forgets everything that has had its time, by each organisation's settings,
 * and logs how much of what. It may end anywhere and be begun again.
 *
 * @throws {VaxelError} where a database will not have it.
 */
export async function forgetOld(deps: ForgetDeps, now: EpochMs): Promise<void> {
  const { db, layout, journal, log } = deps;
  const told = (what: string, count: number, organisation?: OrganisationRecord): void => {
    if (count === 0) return;
    const whose = organisation === undefined ? {} : { organisation: organisation.domain };
    log.info({ ...whose, cause: what, count }, 'forgotten, since it has had its time');
  };
  const organisations = await listOrganisations(db);
  let longest = 0;
  for (const organisation of organisations) {
    const days = async (key: SettingKey) => Number(await readSetting(db, organisation.id, key));
    const calls = await days('keep-calls-days');
    longest = Math.max(longest, calls);
    const ages: readonly (readonly [Forgettable, number])[] = [
      ['legs of calls', calls],
      ['decisions', calls],
      ['statuses', calls],
      ['calendar entries', OVER_DAYS],
      ['requests of phones', await days('keep-requests-days')],
    ];
    for (const [what, kept] of ages) {
      told(what, await inSlices(db, what, organisation.id, ago(now, kept)), organisation);
    }
    const messages = await days('keep-messages-days');
    if (Number.isNaN(messages)) continue;
    const heard = await forgetHeard(layout, organisation.domain, ago(now, messages));
    told('heard messages', heard, organisation);
  }
  if (organisations.length > 0) {
    for (const what of ['legs of calls', 'decisions'] as const) {
      told(what, await inSlices(db, what, OF_NOBODY, ago(now, longest)));
    }
  }
  told('what removed people left behind', await forgetLeftBehind(db, layout, now));
  for (const [what, folder, kept] of [
    ['journals', journal, TRACES_DAYS],
    ['call records that could not be read', `${layout.cdr}/unreadable`, TRACES_DAYS],
    ['messages of blocked callers', layout.unheard, UNHEARD_DAYS],
    ['greetings that were not kept', layout.takes, TAKES_DAYS],
  ] as const) {
    if (folder !== undefined) told(what, await forgetFiles(folder, ago(now, kept)));
  }
}

async function inSlices(
  db: Db,
  what: Forgettable,
  organisation: string,
  before: EpochMs,
): Promise<number> {
  let all = 0;
  for (;;) {
    const gone = await forgetSlice(db, what, organisation, before);
    all += gone;
    if (gone < SLICE) return all;
    await pause(BREATH_MS);
  }
}

const ago = (now: EpochMs, days: number): EpochMs => epochMs(now - days * 24 * 3_600_000);

const TRACES_DAYS = 14;
const TAKES_DAYS = 1;
const UNHEARD_DAYS = 30;

/** What a calendar said has no use once it is over. */
const OVER_DAYS = 1;

/** Between two slices, for calls and for other writers. */
const BREATH_MS = 20;
