import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Config } from './config.ts';

export interface DaemonAnswer {
  /** Undefined where nobody answers in time. */
  readonly status: number | undefined;
  /** Undefined where it is no JSON. */
  readonly body: unknown;
}

/** Asks the daemon on loopback for something; with a token as a client of its API does. */
export async function postToDaemon(
  { ports }: Config,
  path: string,
  { body, token }: { readonly body?: object; readonly token?: string } = {},
): Promise<DaemonAnswer> {
  const sent = body === undefined ? '' : JSON.stringify(body);
  return new Promise((resolve) => {
    const nobody = () => {
      resolve({ status: undefined, body: undefined });
    };
    const asked = request(
      {
        host: '127.0.0.1',
        port: ports.http,
        path,
        method: 'POST',
        headers: {
          ...(sent === '' ? {} : { 'Content-Type': 'application/json' }),
          'Content-Length': Buffer.byteLength(sent),
          ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        },
        signal: AbortSignal.timeout(WITHIN_MS),
      },
      (response) => {
        text(response).then((said) => {
          resolve({ status: response.statusCode, body: readJson(said) });
        }, nobody);
      },
    );
    asked.on('error', nobody);
    asked.end(sent);
  });
}

function readJson(said: string): unknown {
  try {
    return JSON.parse(said);
  } catch {
    return undefined;
  }
}

const WITHIN_MS = 5_000;
