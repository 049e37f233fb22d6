import { type Config, loadConfig } from '../common/config.ts';
import type { Db } from '../common/db/open.ts';
import { listOrganisations } from '../common/db/organisations.ts';
import { listTrunksOf, type TrunkRecord } from '../common/db/trunks.ts';
import { systemClock } from '../common/time.ts';
import { type Command, type Environment, type Outcome } from './command.ts';
import { checkBackup } from './doctor/backup.ts';
import { checkCallRecords } from './doctor/call-records.ts';
import { checkCertificates } from './doctor/certificates.ts';
import { checkClock } from './doctor/clock.ts';
import { checkDaemon } from './doctor/daemon.ts';
import { checkDatabase } from './doctor/database.ts';
import { type Finding, ok, wrongBecause } from './doctor/finding.ts';
import { checkFreeSwitchBinary } from './doctor/freeswitch-binary.ts';
import { checkFreeSwitch } from './doctor/freeswitch-facts.ts';
import { checkLamps } from './doctor/lamps.ts';
import { checkLostPackets } from './doctor/lost-packets.ts';
import { checkNetwork } from './doctor/network.ts';
import { checkOrganisations } from './doctor/organisations.ts';
import { checkPhones } from './doctor/phones.ts';
import { checkPorts } from './doctor/ports.ts';
import { checkPrompts } from './doctor/prompts.ts';
import { checkSecrets } from './doctor/secrets.ts';
import { checkState } from './doctor/state-directory.ts';
import { readFacts, readStatus } from './read-status.ts';

export const doctorCommand: Command = {
  words: 'doctor',
  summary: 'look at everything vaxel needs, and say how to mend it; exit code 1 at an error',
  takes: [],
  options: {},
  run: async ({ env }) => outcomeOf(await examine(env)),
};

async function examine(env: Environment): Promise<readonly Finding[]> {
  let config;
  try {
    config = loadConfig(env);
  } catch (error) {
    return [wrongBecause('configuration', error)];
  }
  return [
    ok('configuration', config.file ?? 'no file: the embedded defaults, and the environment'),
    ...(await examineWith(config, env['PATH'])),
  ];
}

async function examineWith(config: Config, path: string | undefined): Promise<readonly Finding[]> {
  const [status, facts] = await Promise.all([readStatus(config), readFacts(config)]);
  const now = systemClock();
  return [
    ...checkState(config),
    ...checkClock(path, facts, now),
    ...checkCertificates(config, now, status),
    ...(await checkDatabase(config, async (db) => {
      const secrets = await checkSecrets(config, db);
      const isSealOpen = secrets.every(({ level }) => level === 'ok');
      return [
        ...secrets,
        ...(await checkOrganisations(db)),
        ...(await checkNetwork(config, await allTrunks(db))),
        ...(isSealOpen ? await checkPhones(config, db) : []),
      ];
    })),
    checkFreeSwitchBinary(config, path),
    ...checkDaemon(config, status),
    ...(facts === undefined ? [] : checkFreeSwitch(config, facts)),
    ...(status === undefined ? [] : [checkLamps(status)]),
    ...checkCallRecords(config),
    ...checkBackup(config, now),
    ...(await checkPorts(config, status)),
    ...checkLostPackets(config),
    await checkPrompts(config, status),
  ];
}

async function allTrunks(db: Db): Promise<readonly TrunkRecord[]> {
  const organisations = await listOrganisations(db);
  return (await Promise.all(organisations.map(({ id }) => listTrunksOf(db, id)))).flat();
}

function outcomeOf(findings: readonly Finding[]): Outcome {
  const count = (level: Finding['level']) => findings.filter((one) => one.level === level).length;
  const errors = count('error');
  const text = [...findings.map(line), '', `${errors} errors, ${count('warning')} warnings`];
  return { kind: 'done', data: findings, text: text.join('\n'), exitCode: errors === 0 ? 0 : 1 };
}

const line = ({ check, level, found, mend }: Finding): string =>
  `${level.padEnd(7)}  ${check.padEnd(13)}  ${found}${mend === undefined ? '' : `. To mend: ${mend}`}`;
