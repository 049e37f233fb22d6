import type Koa from 'koa';

/** A status, and nothing else that could tell one refusal from another. */
export function emptyAnswer(ctx: Koa.Context, status: number): void {
  ctx.body = '';
  ctx.status = status;
  ctx.remove('Content-Type');
}
