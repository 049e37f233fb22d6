import { Router } from '@koa/router';
import Koa, { type Context } from 'koa';
import { json } from 'node:stream/consumers';
import { VaxelError } from '../../common/errors.ts';
import { namesThisMachine } from '../../common/http-listener.ts';
import { authenticate, type TokenSource } from './authenticate.ts';
import type { Client } from './client.ts';
import { PARAMETERS, SCHEMAS } from './schemas.ts';
import { problem, type Reply, type Route } from './route.ts';

export interface HttpDeps {
  readonly routes: readonly Route[];
  readonly tokens: TokenSource;
  readonly onBug: (error: unknown) => void;
  /** Somebody was turned away, from this address. */
  readonly onRefused?: (why: Refused, client: string) => void;
}

/** A page of somebody's browser, another name for this machine, no token of ours, or one that may not. */
export type Refused = 'origin' | 'host' | 'token' | 'scope';

/**
 * The daemon's HTTP door on loopback (docs/api.md).
 *
 * A request that carries `Origin` comes from a page in somebody's browser and is
 * refused: nothing here is for pages. What needs no token is for programs that
 * name this machine as the host, so that no page reaches it by a name of its own
 * that it has pointed here.
 */
export function daemonApp(deps: HttpDeps): Koa {
  const { routes, onBug, onRefused } = deps;
  const app = new Koa();
  app.on('error', onBug);

  app.use(async (ctx, next) => {
    if (ctx.get('Origin') === '') {
      await next();
      return;
    }
    send(ctx, problem(403, 'origin', 'this is not for web pages'));
    onRefused?.('origin', ctx.req.socket.remoteAddress ?? '');
  });

  const router = new Router();
  for (const route of routes) {
    router[route.method](route.path.replaceAll(/\{(\w+)\}/g, ':$1'), async (ctx) => {
      send(ctx, await answer(ctx, ctx.params, route, deps));
    });
  }
  app.use(router.routes());
  return app;
}

async function answer(
  ctx: Context,
  parts: Readonly<Record<string, string>>,
  route: Route,
  deps: HttpDeps,
): Promise<Reply> {
  try {
    const client = await admit(ctx, route, deps.tokens);
    if (client !== undefined && 'refused' in client) {
      deps.onRefused?.(client.why, ctx.req.socket.remoteAddress ?? '');
      return client.refused;
    }
    const params = readParameters(parts);
    const body = await readBody(ctx, route);
    if (params === undefined || body === undefined) {
      return problem(400, 'bad-request', 'the request is not of its form: see /v1/openapi.json');
    }
    const lastEventId = ctx.get('Last-Event-ID') || undefined;
    const version = readVersion(ctx.get('If-Match'));
    return await route.run({ client, params, body: body.read, lastEventId, version });
  } catch (error) {
    if (!(error instanceof VaxelError) || route.who === 'here') throw error;
    return problem(503, 'unavailable', 'what this needs cannot be asked now');
  }
}

/** @returns undefined where nobody has to be anybody. */
async function admit(
  ctx: Context,
  { who }: Route,
  tokens: TokenSource,
): Promise<Client | { readonly why: Refused; readonly refused: Reply } | undefined> {
  if (who === 'here') {
    return namesThisMachine(ctx.host)
      ? undefined
      : {
          why: 'host',
          refused: problem(403, 'host', 'this is for programs on the same machine'),
        };
  }
  const client = await authenticate(ctx.get('Authorization'), tokens);
  if (client === undefined) {
    ctx.set('WWW-Authenticate', 'Bearer realm="vaxel"');
    return {
      why: 'token',
      refused: problem(401, 'unauthorized', 'a token is needed: vaxel token add'),
    };
  }
  return who === 'token' || client.scopes.includes(who)
    ? client
    : { why: 'scope', refused: problem(403, 'scope', `the token lacks the scope ${who}`) };
}

function readParameters(
  parts: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> | undefined {
  const read: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(PARAMETERS)) {
    if (!(name in parts)) continue;
    const { success, data } = schema.safeParse(parts[name]);
    if (!success) return undefined;
    read[name] = data;
  }
  return read;
}

/** @returns undefined where it is not what the route takes; an absent body is an empty object. */
async function readBody(ctx: Context, { takes }: Route): Promise<{ read: unknown } | undefined> {
  if (takes === undefined) return { read: undefined };
  const { length } = ctx.request;
  const chunked = ctx.get('Transfer-Encoding') !== '';
  if (length > LONGEST_BODY || chunked) return undefined;
  const given: unknown = length > 0 ? await json(ctx.req).catch(() => undefined) : {};
  const { success, data } = SCHEMAS[takes].safeParse(given);
  return success ? { read: data } : undefined;
}

/** A tag that none of ours can be matches no version (RFC 9110 §13.1.1). */
function readVersion(ifMatch: string): number | undefined {
  if (ifMatch === '' || ifMatch === '*') return undefined;
  const [, version] = /^"(\d{1,15})"$/.exec(ifMatch) ?? [];
  return version === undefined ? NO_VERSION : Number(version);
}

const NO_VERSION = -1;

/** Bytes. */
const LONGEST_BODY = 4_000;

function send(ctx: Context, reply: Reply): void {
  if ('stream' in reply) {
    ctx.respond = false;
    reply.stream(ctx.res);
    return;
  }
  ctx.status = reply.status;
  if ('version' in reply) ctx.set('ETag', `"${reply.version}"`);
  if ('type' in reply) ctx.type = reply.type;
  if (reply.body !== undefined) ctx.body = reply.body;
}
