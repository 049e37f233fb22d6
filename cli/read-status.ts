import type { Config } from '../common/config.ts';
import type { DaemonStatus, FreeSwitchFacts } from '../daemon/status.ts';
import { getFromDaemon } from './get-from-daemon.ts';

/**
 * What the daemon says of itself.
 * @returns undefined where it does not answer within two seconds, or another program does.
 */
export async function readStatus(config: Config): Promise<DaemonStatus | undefined> {
  const status = await getFromDaemon(config, '/v1/status');
  return isStatus(status) ? status : undefined;
}

/** @returns undefined where the daemon does not answer, or has no FreeSWITCH. */
export async function readFacts(config: Config): Promise<FreeSwitchFacts | undefined> {
  const facts = await getFromDaemon(config, '/v1/freeswitch');
  return isFacts(facts) ? facts : undefined;
}

const isFacts = (answer: unknown): answer is FreeSwitchFacts =>
  typeof answer === 'object' && answer !== null && 'missingModules' in answer;

const isStatus = (answer: unknown): answer is DaemonStatus =>
  typeof answer === 'object' &&
  answer !== null &&
  'directoryRevision' in answer &&
  'freeswitch' in answer;
