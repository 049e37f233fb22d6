import type Koa from 'koa';
import type { Config } from '../../common/config.ts';
import type { Log } from '../../common/log.ts';
import { noteSecurity } from '../../common/security.ts';
import type { Clock } from '../../common/time.ts';
import { decideAccess, REALM, type RefusedFor, type Verdict } from '../access/access.ts';
import { plainAddress, type Limits } from '../access/limits.ts';
import type { Nonces } from '../access/nonces.ts';
import { isUpload } from '../files/file-name.ts';
import type { Vendor } from '../models/model.ts';
import { readUserAgent, type UserAgent } from '../models/user-agent.ts';
import type { KnownPhone, PhoneLookup } from '../phone-lookup.ts';
import { vendorOfModel } from '../models/nearest.ts';
import type { Mac } from '../phone/phone.ts';
import { bootstrapFile } from './bootstrap.ts';
import { giveFile, type GiveDeps } from './give-file.ts';
import type { Meters } from './metrics.ts';
import { type Asked, readPath } from './path.ts';
import { emptyAnswer } from './plain-answers.ts';
import { type ScanKind, scanKind } from './scanner.ts';
import { takeUpload } from './take-upload.ts';

export interface PhoneFilesDeps extends GiveDeps {
  readonly config: Config;
  readonly lookup: PhoneLookup;
  readonly nonces: Nonces;
  readonly limits: Limits;
  readonly meters: Meters;
  readonly log: Log;
  readonly clock: Clock;
  /** What a phone gets that nobody has claimed; undefined where the lobby is closed. */
  readonly lobby: ((visit: Visit) => Promise<Buffer | undefined>) | undefined;
  /** Called when a phone that came through its window has everything. */
  readonly closeWindow: (phone: KnownPhone) => Promise<void>;
}

export interface Visit {
  readonly asked: Asked;
  readonly agent: UserAgent | undefined;
  readonly address: string;
}

/** What TLS has shown of a connection. */
export interface Door {
  /** Undefined on the plain one, which serves both. */
  readonly vendor: Vendor | undefined;
  /** The MAC address that a factory certificate on this connection proves. */
  readonly proven: (ctx: Koa.Context) => Mac | undefined;
}

/** Answers everything that looks like a phone's file; what looks like nothing of ours goes on to `next`. */
export function phoneFiles(deps: PhoneFilesDeps, door: Door): Koa.Middleware {
  return async (ctx, next) => {
    const address = plainAddress(ctx.req.socket.remoteAddress);
    const asked = readPath(ctx.req.url ?? '');
    const began = performance.now();
    if (asked === undefined) {
      await next();
      const scan = ctx.status === 404 ? scanKind(ctx.req.url ?? '') : undefined;
      if (scan !== undefined) noteScan(deps, scan, address);
      return;
    }
    await answer(ctx, asked, address, deps, door);
    const vendor = readUserAgent(ctx.get('User-Agent'))?.vendor ?? door.vendor;
    deps.meters.answered(vendor, ctx.status, performance.now() - began);
  };
}

async function answer(
  ctx: Koa.Context,
  asked: Asked,
  address: string,
  deps: PhoneFilesDeps,
  door: Door,
): Promise<void> {
  const { config, limits } = deps;
  const agent = readUserAgent(ctx.get('User-Agent'));
  const encrypted = door.vendor !== undefined;
  if (!isMethod(ctx.method)) {
    emptyAnswer(ctx, 405);
    ctx.set('Allow', 'GET, HEAD, PUT, POST');
    return;
  }
  if (!encrypted && !config.phones.plainHttp) {
    const bytes = bootstrapFile(asked, agent, config);
    if (bytes === undefined) refuse(ctx, asked, 'plain-http', address, deps);
    else send(ctx, bytes);
    return;
  }
  const visit = { asked, agent, address };
  const waitMs = limits.waitMs(address);
  // A token is too long to guess, and is heard all the same: a bad neighbour shuts nobody out.
  const guesses = asked.by.kind !== 'token' && ctx.get('Authorization') !== '';
  if (waitMs > 0 && guesses) {
    tooMany(ctx, waitMs, deps);
    return;
  }
  const verdict = await decideAccess(
    {
      ...visit,
      method: ctx.method,
      url: ctx.req.url ?? '',
      authorization: ctx.get('Authorization'),
      encrypted,
      proven: door.proven(ctx),
      said: agent?.mac,
    },
    { ...deps, ways: config.phones.access },
  );
  if (verdict.kind === 'granted') {
    await serve(ctx, visit, verdict, deps);
    return;
  }
  const guest = asked.by.kind === 'lobby' ? await deps.lobby?.(visit) : undefined;
  if (guest !== undefined) send(ctx, guest);
  else if (verdict.kind === 'ask') challenge(ctx, asked, verdict.stale, address, deps);
  else if (waitMs > 0) tooMany(ctx, waitMs, deps);
  else refuse(ctx, asked, verdict.why, address, deps);
}

async function serve(
  ctx: Koa.Context,
  visit: Visit,
  { phone, by }: Extract<Verdict, { kind: 'granted' }>,
  deps: PhoneFilesDeps,
): Promise<void> {
  deps.meters.granted(by);
  const writes = ctx.method === 'PUT' || ctx.method === 'POST';
  if (!writes) await giveFile(ctx, phone, visit, deps);
  else if (isUpload(visit.asked.file)) await takeUpload(ctx, phone, visit, deps);
  else emptyAnswer(ctx, 404);
  const { name } = visit.asked;
  const { mac } = phone.record;
  deps.log.info(
    { mac, client: visit.address, file: name, code: String(ctx.status) },
    'phone asked',
  );
  const last = LAST_FILE[vendorOfModel(phone.record.model)];
  if (by === 'window' && ctx.status < 400 && visit.asked.file.kind === last) {
    await deps.closeWindow(phone);
  }
}

/** The file that holds the accounts comes last: with it, a phone has all it needs. */
const LAST_FILE = { Yealink: 'config', Polycom: 'polycom-settings' } as const;

function challenge(
  ctx: Koa.Context,
  asked: Asked,
  stale: boolean,
  address: string,
  deps: PhoneFilesDeps,
): void {
  const { access } = deps.config.phones;
  const ways: string[] = [];
  if (access.includes('digest')) {
    const again = stale ? ', stale=true' : '';
    const nonce = deps.nonces.make();
    ways.push(`Digest realm="${REALM}", qop="auth", algorithm=MD5, nonce="${nonce}"${again}`);
  }
  if (access.includes('basic') && 'encrypted' in ctx.req.socket) {
    ways.push(`Basic realm="${REALM}", charset="UTF-8"`);
  }
  const scan = scanKind(ctx.req.url ?? '');
  if (scan !== undefined && readUserAgent(ctx.get('User-Agent')) === undefined) {
    noteScan(deps, scan, address);
  }
  emptyAnswer(ctx, ways.length === 0 ? 404 : 401);
  if (ways.length === 0) return;
  ctx.set('WWW-Authenticate', ways);
  deps.log.debug({ client: address, file: asked.name }, 'phone was asked who it is');
}

/** The same for a phone that is unknown, off, another's, or shows the wrong secret. */
function refuse(
  ctx: Koa.Context,
  asked: Asked,
  why: RefusedFor | 'plain-http',
  address: string,
  deps: PhoneFilesDeps,
): void {
  deps.meters.refused(why);
  if (why !== 'plain-http') {
    const closed = deps.limits.failed(address);
    const facts = { client: address, cause: why, file: asked.name };
    noteSecurity(deps.log, 'phone-refused', facts, 'phone refused');
    if (closed) {
      noteSecurity(deps.log, 'phone-shut-out', { client: address }, 'phone refused too often');
    }
  }
  if (asked.by.kind === 'bare' && why !== 'plain-http') challenge(ctx, asked, false, address, deps);
  else emptyAnswer(ctx, 404);
}

function tooMany(ctx: Koa.Context, waitMs: number, { meters }: PhoneFilesDeps): void {
  meters.refused('too-many');
  emptyAnswer(ctx, 429);
  ctx.set('Retry-After', String(Math.ceil(waitMs / 1_000)));
}

function noteScan({ meters, log }: PhoneFilesDeps, kind: ScanKind, client: string): void {
  meters.scanned(kind);
  noteSecurity(log, 'phone-scan', { client, cause: kind }, 'phone files scanned for');
}

function send(ctx: Koa.Context, bytes: Buffer): void {
  ctx.type = 'text/plain; charset=utf-8';
  ctx.body = bytes;
}

const isMethod = (method: string): boolean => ['GET', 'HEAD', 'PUT', 'POST'].includes(method);
