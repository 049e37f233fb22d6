import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { commandsOf } from '../../cli/commands.ts';
import { run } from '../../cli/run.ts';
import { openDb } from '../../common/db/open.ts';

/** A vaxel of its own, whose daemon is not running unless `http` says where. */
export function vaxel(state: string, http = 1) {
  const env: Record<string, string> = { VAXEL_STATE: state, VAXEL_HTTP_PORT: String(http) };
  const call = async (argv: readonly string[], more: Record<string, string> = {}) => {
    let out = '';
    let err = '';
    const code = await run(argv, {
      commandsOf,
      env: { ...env, ...more },
      stdout: { write: (text) => (out += text) },
      stderr: { write: (text) => (err += text) },
    });
    return { code, out, err };
  };
  const json = async (...argv: readonly string[]) => {
    const { code, out, err } = await call([...argv, '--json']);
    return { code, err, data: JSON.parse(out) as Record<string, never> };
  };
  return { env, call, json, open: () => openDb(join(state, 'vaxel.db')) };
}

/** An HTTP server on a free port of loopback, where the daemon's would be. */
export async function listen(
  answer: RequestListener,
): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

export const ANKA = ['org', 'add', 'anka.example', '--name', 'Anka AB', '--area-code', '08'];
export const ANNA = ['user', 'add', '100', '--name', 'Anna Berg', '--number', '+46812345600'];
