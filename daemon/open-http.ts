import type { Config } from '../common/config.ts';
import { type HttpListener, listenHttp } from '../common/http-listener.ts';
import type { Log } from '../common/log.ts';
import { daemonApp } from './http/app.ts';
import { openApiDocument } from './http/document.ts';
import { type MachineRouteDeps, machineRoutes } from './http/machine-routes.ts';
import type { Route } from './http/route.ts';
import type { Meters } from './metrics/meters.ts';
import { noteRefusals } from './note-refusals.ts';
import type { ClientApi } from './open-api.ts';

export interface HttpDeps {
  readonly config: Config;
  readonly machine: Omit<MachineRouteDeps, 'document'>;
  readonly api: Pick<ClientApi, 'routes' | 'tokens'>;
  readonly meters: Meters;
  readonly log: Log;
}

/** The door for people, programs and the command line. @throws {VaxelError} where the port cannot be had. */
export async function openHttp(deps: HttpDeps): Promise<HttpListener> {
  const { config, machine, api, meters, log } = deps;
  const routes: readonly Route[] = [
    ...machineRoutes({ ...machine, document: () => openApiDocument(routes) }),
    ...api.routes,
  ];
  const app = daemonApp({
    routes,
    tokens: api.tokens,
    onBug: (err) => {
      log.error({ err }, 'a request ended in a bug of ours');
    },
    onRefused: noteRefusals(log, meters),
  });
  const { http: port } = config.ports;
  return listenHttp(app.callback(), { host: '127.0.0.1', port, variable: 'VAXEL_HTTP_PORT' });
}
