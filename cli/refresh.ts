import { request } from 'node:http';
import type { Config } from '../common/config.ts';

/** How long the daemon may take to make a change live, in milliseconds. */
const WITHIN_MS = 3_000;

/** Asks a running daemon to read the database again. @returns whether it has. */
export async function refreshDaemon({ ports }: Config): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port: ports.http,
        path: '/v1/refresh',
        method: 'POST',
        signal: AbortSignal.timeout(WITHIN_MS),
      },
      (response) => {
        response.resume();
        response.on('error', () => {
          resolve(false);
        });
        response.on('end', () => {
          resolve((response.statusCode ?? 500) < 300);
        });
      },
    );
    asked.on('error', () => {
      resolve(false);
    });
    asked.end();
  });
}
