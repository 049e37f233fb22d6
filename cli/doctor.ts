import { type Config, loadConfig } from '../common/config.ts';
import { type Command, type Environment, type Outcome } from './command.ts';
import { checkDaemon } from './doctor/daemon.ts';
import { checkDatabase } from './doctor/database.ts';
import { type Finding, ok, wrongBecause } from './doctor/finding.ts';
import { checkFreeSwitchBinary } from './doctor/freeswitch-binary.ts';
import { checkOrganisations } from './doctor/organisations.ts';
import { checkPorts } from './doctor/ports.ts';
import { checkPrompts } from './doctor/prompts.ts';
import { checkSecrets } from './doctor/secrets.ts';
import { checkState } from './doctor/state-directory.ts';
import { readStatus } from './read-status.ts';

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
  const status = await readStatus(config);
  return [
    ...checkState(config),
    ...(await checkDatabase(config, async (db) => [
      ...(await checkSecrets(config, db)),
      ...(await checkOrganisations(db)),
    ])),
    checkFreeSwitchBinary(config, path),
    ...checkDaemon(config, status),
    ...(await checkPorts(config, status)),
    checkPrompts(config, status),
  ];
}

function outcomeOf(findings: readonly Finding[]): Outcome {
  const count = (level: Finding['level']) => findings.filter((one) => one.level === level).length;
  const errors = count('error');
  const text = [...findings.map(line), '', `${errors} errors, ${count('warning')} warnings`];
  return { kind: 'done', data: findings, text: text.join('\n'), exitCode: errors === 0 ? 0 : 1 };
}

const line = ({ check, level, found, mend }: Finding): string =>
  `${level.padEnd(7)}  ${check.padEnd(13)}  ${found}${mend === undefined ? '' : `. To mend: ${mend}`}`;
