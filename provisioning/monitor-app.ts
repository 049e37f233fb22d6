import { Router } from '@koa/router';
import Koa from 'koa';
import { namesThisMachine } from '../common/http-listener.ts';
import { METRICS_TYPE, type MetricsPage } from '../common/metrics.ts';

export interface MonitorDeps {
  readonly metrics: Pick<MetricsPage, 'text'>;
  /** Why phones are not answered as they should be now, in words; empty where they are. */
  readonly whyNotReady: () => Promise<readonly string[]>;
  readonly onBug: (error: unknown) => void;
}

/**
 * `GET /metrics`, `/healthz` and `/readyz` for whoever watches this machine.
 *
 * It has a door of its own on loopback, since the one for phones may face the
 * internet: behind a proxy, everybody comes to that from 127.0.0.1.
 */
export function monitorApp({ metrics, whyNotReady, onBug }: MonitorDeps): Koa {
  const app = new Koa();
  app.on('error', onBug);
  app.use(async (ctx, next) => {
    // Not for a page in somebody's browser, whatever name it has pointed here.
    if (ctx.get('Origin') === '' && namesThisMachine(ctx.host)) await next();
    else ctx.status = 403;
  });
  const router = new Router();
  router.get('/metrics', async (ctx) => {
    ctx.type = METRICS_TYPE;
    ctx.body = await metrics.text();
  });
  router.get('/healthz', (ctx) => {
    ctx.body = { ok: true };
  });
  router.get('/readyz', async (ctx) => {
    const why = await whyNotReady();
    ctx.status = why.length === 0 ? 200 : 503;
    ctx.body = why.length === 0 ? { ok: true } : { ok: false, why };
  });
  app.use(router.routes());
  return app;
}
