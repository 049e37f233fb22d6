import { Router } from '@koa/router';
import Koa from 'koa';
import { json } from 'node:stream/consumers';
import { readResync, type Resync } from '../resync.ts';
import type { DaemonStatus, LampRow } from '../status.ts';

/** What the daemon's HTTP door needs; the composition root binds it. */
export interface HttpDeps {
  readonly status: () => Promise<DaemonStatus>;
  /** Makes what the database says live; fulfilled when FreeSWITCH has it. */
  readonly refresh: () => Promise<void>;
  readonly lamps: () => readonly LampRow[];
  /** Tells a phone to fetch its files. @returns whether there is a FreeSWITCH to say it. */
  readonly resync: (phone: Resync) => Promise<boolean>;
  readonly onBug: (error: unknown) => void;
}

/**
 * The daemon's HTTP door on loopback: `GET /healthz` (the process), `GET /readyz`
 * (it answers calls), `GET /v1/status`, `GET /v1/lamps`, `POST /v1/refresh`, `POST /v1/phones/resync`.
 *
 * A request that carries `Origin` comes from a page in somebody's browser and is
 * refused: nothing here is for pages.
 */
export function daemonApp({ status, refresh, lamps, resync, onBug }: HttpDeps): Koa {
  const app = new Koa();
  app.on('error', onBug);

  app.use(async (ctx, next) => {
    if (ctx.get('Origin') !== '') {
      ctx.status = 403;
      return;
    }
    await next();
  });

  const router = new Router();
  router.get('/healthz', (ctx) => {
    ctx.body = { ok: true };
  });
  router.get('/readyz', async (ctx) => {
    const { freeswitch } = await status();
    ctx.status = freeswitch.state === 'connected' ? 200 : 503;
    ctx.body = { ok: freeswitch.state === 'connected' };
  });
  router.get('/v1/status', async (ctx) => {
    ctx.body = await status();
  });
  router.get('/v1/lamps', (ctx) => {
    ctx.body = lamps();
  });
  router.post('/v1/refresh', async (ctx) => {
    await refresh();
    ctx.status = 204;
  });
  router.post('/v1/phones/resync', async (ctx) => {
    const isSmall = ctx.request.length < 1_000;
    const body: unknown = isSmall ? await json(ctx.req).catch(() => undefined) : undefined;
    const phone = readResync(body);
    if (phone === undefined) ctx.status = 400;
    else ctx.status = (await resync(phone)) ? 204 : 503;
  });
  app.use(router.routes());
  return app;
}
