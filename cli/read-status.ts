import type { Config } from '../common/config.ts';
import type { DaemonStatus } from '../daemon/status.ts';
import { getFromDaemon } from './get-from-daemon.ts';

/**
 * What the daemon says of itself.
 * @returns undefined where it does not answer within two seconds, or another program does.
 */
export async function readStatus(config: Config): Promise<DaemonStatus | undefined> {
  const status = await getFromDaemon(config, '/v1/status');
  return isStatus(status) ? status : undefined;
}

const isStatus = (answer: unknown): answer is DaemonStatus =>
  typeof answer === 'object' &&
  answer !== null &&
  'directoryRevision' in answer &&
  'freeswitch' in answer;
