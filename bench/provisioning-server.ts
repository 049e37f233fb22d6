import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NODE_ENVIRONMENT, NODE_OPTIONS } from '../cli/start/node-options.ts';
import { loadConfig, type Config } from '../common/config.ts';
import { migrate } from '../common/db/migrate.ts';
import { type Db, openDb } from '../common/db/open.ts';
import { addOrganisation } from '../common/db/organisations.ts';
import type { SecretBox } from '../common/secret-box.ts';
import { openSecrets } from '../common/secrets.ts';
import { systemClock } from '../common/time.ts';
import { eventually } from '../test/support/eventually.ts';
import { ask, freePort } from '../test/support/provisioning-rig.ts';
import { type BenchPhone, seedPhones } from './phone-company.ts';

/** A provisioning server as it is run, a process of its own, with so many phones in its database. */
export interface ProvisioningServer {
  readonly pid: number;
  readonly port: number;
  readonly tlsPort: number;
  readonly phones: readonly BenchPhone[];
  readonly db: Db;
  readonly box: SecretBox;
  readonly config: Config;
  stop(): Promise<void>;
}

export async function startServer(count: number): Promise<ProvisioningServer> {
  const state = mkdtempSync(join(tmpdir(), 'vaxel-bench-'));
  const [port, tlsPort, other] = [await freePort(), await freePort(), await freePort()];
  const env = {
    VAXEL_STATE: state,
    VAXEL_LOG: 'warn',
    VAXEL_HTTP_PORT: String(other),
    VAXEL_PROVISIONING_PORT: String(port),
    VAXEL_PROVISIONING_YEALINK_PORT: String(tlsPort),
  };
  const config = loadConfig(env);
  const { box } = openSecrets(config);
  const db = openDb(join(state, 'vaxel.db'));
  await migrate(db);
  await addOrganisation(db, { domain: 'anka.example', name: 'Anka' }, systemClock());
  const phones = await seedPhones(db, box, count);
  const program: ChildProcess = spawn(
    process.execPath,
    [...NODE_OPTIONS, 'dist/provisioning/main.js'],
    {
      env: { ...NODE_ENVIRONMENT, ...env, PATH: process.env['PATH'] },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  await eventually(
    'provisioning server',
    async () => {
      const answer = await ask(port, '/healthz', {}).catch(() => undefined);
      return answer?.status === 200;
    },
    30_000,
  );
  return {
    ...{ pid: program.pid ?? 0, port, tlsPort, phones, db, box, config },
    stop: async () => {
      program.kill('SIGTERM');
      if (program.exitCode === null) await once(program, 'exit');
      await db.destroy();
      rmSync(state, { recursive: true, force: true });
    },
  };
}
