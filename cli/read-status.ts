import { get } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Config } from '../common/config.ts';
import type { DaemonStatus } from '../daemon/status.ts';

/**
 * What the daemon says of itself.
 * @returns undefined where it does not answer within two seconds, or another program does.
 */
export async function readStatus({ ports }: Config): Promise<DaemonStatus | undefined> {
  return new Promise((resolve) => {
    const asked = get(
      {
        host: '127.0.0.1',
        port: ports.http,
        path: '/v1/status',
        signal: AbortSignal.timeout(2_000),
      },
      (response) => {
        json(response).then(
          (status) => {
            resolve(response.statusCode === 200 && isStatus(status) ? status : undefined);
          },
          () => {
            resolve(undefined);
          },
        );
      },
    );
    asked.on('error', () => {
      resolve(undefined);
    });
  });
}

const isStatus = (answer: unknown): answer is DaemonStatus =>
  typeof answer === 'object' &&
  answer !== null &&
  'directoryRevision' in answer &&
  'freeswitch' in answer;
