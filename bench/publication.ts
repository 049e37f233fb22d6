import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { databaseFile, loadConfig } from '../common/config.ts';
import { migrate } from '../common/db/migrate.ts';
import { openDb } from '../common/db/open.ts';
import { addOrganisation } from '../common/db/organisations.ts';
import { openLog } from '../common/log.ts';
import { openSecrets } from '../common/secrets.ts';
import { systemClock } from '../common/time.ts';
import { loadDirectory } from '../daemon/directory.ts';
import { createPublisher } from '../daemon/freeswitch/publish.ts';
import { seedBigCompany } from './big-company.ts';
import type { Result } from './result.ts';

/**
 * What 10,000 users with two devices each cost the daemon at every change, in
 * this process, so that its event loop can be watched: a call waits as long as
 * the longest stall.
 */
export async function publication(): Promise<readonly Result[]> {
  const state = mkdtempSync(join(tmpdir(), 'vaxel-bench-'));
  const config = loadConfig({ VAXEL_STATE: state });
  const secrets = openSecrets(config);
  const log = openLog('bench', 'silent');
  const db = openDb(databaseFile(config));
  try {
    await migrate(db);
    await addOrganisation(db, { domain: 'anka.example', name: 'Anka' }, systemClock());
    await seedBigCompany(db, secrets.box);
    const publisher = createPublisher({ config, routePort: 1, secrets, db, log });
    const load = await watched(() => loadDirectory(db));
    const publish = await watched(() => publisher.publish(load.value, undefined, true));
    const again = await watched(() => publisher.publish(load.value, undefined, true));
    return [
      { what: 'the database read', unit: 'ms', vaxel: load.tookMs },
      { what: '  longest stall meanwhile', unit: 'ms', vaxel: load.stallMs },
      { what: 'the files written', unit: 'ms', vaxel: publish.tookMs },
      { what: '  longest stall meanwhile', unit: 'ms', vaxel: publish.stallMs },
      { what: 'the files compared, unchanged', unit: 'ms', vaxel: again.tookMs },
      { what: '  longest stall meanwhile', unit: 'ms', vaxel: again.stallMs },
    ];
  } finally {
    await db.destroy();
    rmSync(state, { recursive: true, force: true });
  }
}

async function watched<T>(work: () => Promise<T>) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  // The histogram counts from its first tick on; without it a stall at once would not be seen.
  await pause(20);
  const began = performance.now();
  const value = await work();
  const tookMs = performance.now() - began;
  await pause(20);
  delay.disable();
  return { value, tookMs, stallMs: delay.max / 1e6 };
}
