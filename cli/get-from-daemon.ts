import { get } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Config } from '../common/config.ts';

/**
 * Asks the daemon of this machine.
 * @returns undefined where it does not answer with a document within two seconds.
 */
export async function getFromDaemon({ ports }: Config, path: string): Promise<unknown> {
  return new Promise((resolve) => {
    const nothing = () => {
      resolve(undefined);
    };
    const signal = AbortSignal.timeout(2_000);
    get({ host: '127.0.0.1', port: ports.http, path, signal }, (response) => {
      if (response.statusCode === 200) json(response).then(resolve, nothing);
      else nothing();
    }).on('error', nothing);
  });
}
