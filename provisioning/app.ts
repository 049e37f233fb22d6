import { Router } from '@koa/router';
import Koa from 'koa';

/**
 * The provisioning server's application. So far it says that it is there
 * (`GET /healthz`); every other path is 404 with an empty body, which is what a
 * phone takes for "no such file".
 */
export function provisioningApp(onBug: (error: unknown) => void): Koa {
  const app = new Koa();
  app.on('error', onBug);
  app.use(async (ctx, next) => {
    await next();
    if (ctx.status !== 404) return;
    ctx.body = '';
    ctx.status = 404;
  });
  const router = new Router();
  router.get('/healthz', (ctx) => {
    ctx.body = { ok: true };
  });
  app.use(router.routes());
  return app;
}
