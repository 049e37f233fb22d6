import { request } from 'node:http';
import type { Config } from './config.ts';

/**
 * Asks the daemon on loopback for something.
 * @returns its status; undefined where nobody answers in time (milliseconds).
 */
export async function postToDaemon(
  { ports }: Config,
  path: string,
  body: unknown,
  withinMs = 3_000,
): Promise<number | undefined> {
  const text = JSON.stringify(body);
  return new Promise((resolve) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port: ports.http,
        path,
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) },
        signal: AbortSignal.timeout(withinMs),
      },
      (response) => {
        response.resume();
        response.on('error', () => {
          resolve(undefined);
        });
        response.on('end', () => {
          resolve(response.statusCode);
        });
      },
    );
    asked.on('error', () => {
      resolve(undefined);
    });
    asked.end(text);
  });
}
