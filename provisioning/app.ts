import { Router } from '@koa/router';
import Koa from 'koa';
import type { Metrics } from './http/metrics.ts';
import { emptyAnswer } from './http/plain-answers.ts';

export interface AppDeps {
  /** Answers phones; see http/phone-files.ts. */
  readonly phoneFiles: Koa.Middleware;
  readonly metrics: Metrics;
  readonly onBug: (error: unknown) => void;
}

/**
 * The provisioning server's application: the files of phones; `GET /healthz`,
 * that it is there; `GET /metrics`, for this machine alone. Every other path is
 * 404 with an empty body, which is what a phone takes for "no such file".
 */
export function provisioningApp({ phoneFiles, metrics, onBug }: AppDeps): Koa {
  const app = new Koa();
  app.on('error', onBug);
  app.use(async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      // Nobody outside learns what went wrong, nor that it was this path.
      emptyAnswer(ctx, 503);
      onBug(error);
    }
  });
  app.use(phoneFiles);
  const router = new Router();
  router.get('/healthz', (ctx) => {
    ctx.body = { ok: true };
  });
  router.get('/metrics', (ctx) => {
    if (!/^(::ffff:)?127\.|^::1$/.test(ctx.req.socket.remoteAddress ?? '')) return;
    ctx.type = 'text/plain; version=0.0.4';
    ctx.body = metrics.text();
  });
  app.use(router.routes());
  app.use((ctx) => {
    if (ctx.body === undefined || ctx.body === null) emptyAnswer(ctx, 404);
  });
  return app;
}
