import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { request as requestTls } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Test } from 'tap';
import { startProvisioning } from '../../provisioning/provisioning.ts';
import { ANKA, ANNA, vaxel } from './command-line.ts';

/** A provisioning server on real sockets, with the office in its database. */
export interface ProvisioningRig {
  readonly state: string;
  readonly port: number;
  readonly yealinkPort: number;
  readonly polycomPort: number;
  readonly monitorPort: number;
  /** Runs `vaxel …` and gives its JSON document. */
  vaxel(...argv: readonly string[]): Promise<Record<string, string>>;
  call: ReturnType<typeof vaxel>['call'];
  open: ReturnType<typeof vaxel>['open'];
  ask(path: string, how?: Ask): Promise<Answer>;
  /** Ends it, so that everything it knows is in the database. */
  stop(): Promise<void>;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** By TLS, at one of the vendors' doors; with a client certificate where one is given. */
  readonly door?: 'yealink' | 'polycom';
  readonly cert?: string;
  readonly key?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export async function startRig(
  t: Test,
  more: Readonly<Record<string, string>> = {},
): Promise<ProvisioningRig> {
  const state = t.testdir({});
  const port = await freePort();
  const [yealinkPort, polycomPort] = [await freePort(), await freePort()];
  const monitorPort = await freePort();
  const shell = vaxel(state);
  const env = {
    ...shell.env,
    VAXEL_LOG: 'silent',
    VAXEL_PROVISIONING_PORT: String(port),
    VAXEL_PROVISIONING_YEALINK_PORT: String(yealinkPort),
    VAXEL_PROVISIONING_POLYCOM_PORT: String(polycomPort),
    VAXEL_PROVISIONING_MONITOR_PORT: String(monitorPort),
    ...more,
  };
  const call = (argv: readonly string[]) => shell.call(argv, env);
  const json = async (...argv: readonly string[]) => {
    const { out } = await call([...argv, '--json']);
    return JSON.parse(out) as Record<string, string>;
  };
  await call(ANKA);
  await call(ANNA);
  await call(['user', 'add', '101', '--name', 'Björn Ek']);
  const provisioning = await startProvisioning(env);
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= provisioning.stop());
  t.teardown(stop);
  const ports = { yealink: yealinkPort, polycom: polycomPort };
  return {
    ...{ state, port, yealinkPort, polycomPort, monitorPort, call, stop },
    vaxel: json,
    open: shell.open,
    ask: (path, how = {}) => ask(how.door === undefined ? port : ports[how.door], path, how),
  };
}

export async function ask(port: number, path: string, how: Ask): Promise<Answer> {
  const { method = 'GET', headers = {}, body, door, cert, key } = how;
  const options = { host: '127.0.0.1', port, path, method, headers, agent: false as const };
  const asked =
    door === undefined
      ? request(options)
      : requestTls({
          ...options,
          rejectUnauthorized: false,
          ...(cert === undefined || key === undefined ? {} : { cert, key }),
        });
  asked.end(body);
  const [response] = (await once(asked, 'response')) as [import('node:http').IncomingMessage];
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: await buffer(response),
  };
}

/** One that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}
