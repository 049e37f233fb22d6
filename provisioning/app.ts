import { Router } from '@koa/router';
import Koa from 'koa';
import { emptyAnswer } from './http/plain-answers.ts';

export interface AppDeps {
  /** Answers phones; see http/phone-files.ts. */
  readonly phoneFiles: Koa.Middleware;
  readonly onBug: (error: unknown) => void;
}

/**
 * The provisioning server's application: the files of phones; `GET /healthz`,
 * that it is there. Every other path is 404 with an empty body, which is what a
 * phone takes for "no such file". What is measured has a door of its own
 * (monitor-app.ts).
 */
export function provisioningApp({ phoneFiles, onBug }: AppDeps): Koa {
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
  app.use(router.routes());
  app.use((ctx) => {
    if (ctx.body === undefined || ctx.body === null) emptyAnswer(ctx, 404);
  });
  return app;
}
