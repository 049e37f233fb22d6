import type Koa from 'koa';
import type { Config } from '../../common/config.ts';
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
import type { Rendered } from '../source/files-of-phone.ts';
import { bootstrapFile } from './bootstrap.ts';
import type { GivenFiles } from './given.ts';
import { giveFile, type GiveDeps, noteAsked } from './give-file.ts';
import type { Meters } from './metrics.ts';
import { type Asked, readPath } from './path.ts';
import { emptyAnswer } from './plain-answers.ts';
import { type ScanKind, scanKind } from './scanner.ts';
import { takeUpload } from './take-upload.ts';

export interface PhoneFilesDeps extends GiveDeps {
  readonly config: Config;
  readonly lookup: PhoneLookup;
  /** Of the database: what was made at another is made anew. */
  readonly revisionNow: () => number;
  readonly nonces: Nonces;
  readonly limits: Limits;
  readonly meters: Meters;
  readonly clock: Clock;
  /** What a phone gets that nobody has claimed; undefined where the lobby is closed. */
  readonly lobby: ((visit: Visit) => Promise<Buffer | undefined>) | undefined;
  /** Called when a phone that came through its window has everything. */
  readonly closeWindow: (phone: KnownPhone) => Promise<void>;
}

export interface Visit {
  readonly asked: Asked;
  /** The User-Agent, as it was sent; empty where none was. */
  readonly said: string;
  /** And read; undefined: of no phone we know. */
  readonly agent: UserAgent | undefined;
  readonly address: string;
}

/** Where phones come in, and what its TLS has shown of a connection. */
export interface Door {
  /** Undefined on the plain one, which serves both. */
  readonly vendor: Vendor | undefined;
  /** The MAC address that a factory certificate on this connection proves. */
  readonly proven: (ctx: Koa.Context) => Mac | undefined;
}

interface Entrance extends Door {
  /** Takes note of what is given here to who showed its token. */
  readonly given: GivenFiles;
}

/** Answers everything that looks like a phone's file; what looks like nothing of ours goes on to `next`. */
export function phoneFiles(deps: PhoneFilesDeps, entrance: Entrance): Koa.Middleware {
  return async (ctx, next) => {
    const began = performance.now();
    const address = plainAddress(ctx.req.socket.remoteAddress);
    const url = ctx.req.url ?? '';
    const said = ctx.req.headers['user-agent'] ?? '';
    const visit = readVisit(url, said, address);
    if (visit === undefined) {
      await next();
      const scan = ctx.status === 404 ? scanKind(url) : undefined;
      if (scan !== undefined) noteScan(deps, scan, address);
      return;
    }
    await answer(ctx, visit, deps, entrance);
    const vendor = visit.agent?.vendor ?? entrance.vendor;
    deps.meters.answered(vendor, ctx.status, performance.now() - began);
  };
}

function readVisit(url: string, said: string, address: string): Visit | undefined {
  const asked = readPath(url);
  return asked && { asked, said, agent: readUserAgent(said), address };
}

async function answer(
  ctx: Koa.Context,
  visit: Visit,
  deps: PhoneFilesDeps,
  door: Entrance,
): Promise<void> {
  const { config, limits } = deps;
  const { asked, agent, address } = visit;
  const encrypted = door.vendor !== undefined;
  if (!isMethod(ctx.method)) {
    emptyAnswer(ctx, 405);
    ctx.set('Allow', 'GET, HEAD, PUT, POST');
    return;
  }
  if (!encrypted && !config.phones.plainHttp) {
    const bytes = bootstrapFile(asked, agent, config);
    if (bytes === undefined) refuse(ctx, visit, 'plain-http', deps);
    else send(ctx, bytes);
    return;
  }
  // A token is too long to guess, and is heard all the same: a bad neighbour shuts nobody out.
  const guesses = asked.by.kind !== 'token' && ctx.get('Authorization') !== '';
  if (guesses && limits.waitMs(address) > 0) {
    tooMany(ctx, limits.waitMs(address), deps);
    return;
  }
  const revision = asked.by.kind === 'token' ? deps.revisionNow() : undefined;
  const url = ctx.req.url ?? '';
  const verdict = await decideAccess(
    {
      ...visit,
      method: ctx.method,
      url,
      authorization: ctx.get('Authorization'),
      encrypted,
      proven: door.proven(ctx),
      said: agent?.mac,
    },
    deps,
  );
  if (verdict.kind === 'granted') {
    const rendered = await serve(ctx, visit, verdict, deps);
    if (rendered !== undefined && revision !== undefined && ctx.method === 'GET') {
      door.given.keep(url, { phone: verdict.phone, visit, rendered, revision });
    }
    return;
  }
  const waitMs = limits.waitMs(address);
  const guest = asked.by.kind === 'lobby' ? await deps.lobby?.(visit) : undefined;
  if (guest !== undefined) send(ctx, guest);
  else if (verdict.kind === 'ask') challenge(ctx, visit, verdict.stale, deps);
  else if (waitMs > 0) tooMany(ctx, waitMs, deps);
  else refuse(ctx, visit, verdict.why, deps);
}

/** @returns the file it was given, where that was made from what is in the database. */
async function serve(
  ctx: Koa.Context,
  visit: Visit,
  { phone, by }: Extract<Verdict, { kind: 'granted' }>,
  deps: PhoneFilesDeps,
): Promise<Rendered | undefined> {
  deps.meters.granted(by);
  const writes = ctx.method === 'PUT' || ctx.method === 'POST';
  const rendered = writes ? undefined : await giveFile(ctx, phone, visit, deps);
  if (writes && isUpload(visit.asked.file)) await takeUpload(ctx, phone, visit, deps);
  else if (writes) emptyAnswer(ctx, 404);
  noteAsked(ctx.status, phone, visit, deps);
  const last = LAST_FILE[vendorOfModel(phone.record.model)];
  if (by === 'window' && ctx.status < 400 && visit.asked.file.kind === last) {
    await deps.closeWindow(phone);
  }
  return rendered;
}

/** The file that holds the accounts comes last: with it, a phone has all it needs. */
const LAST_FILE = { Yealink: 'config', Polycom: 'polycom-settings' } as const;

function challenge(
  ctx: Koa.Context,
  { asked, agent, address }: Visit,
  stale: boolean,
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
  if (scan !== undefined && agent === undefined) noteScan(deps, scan, address);
  emptyAnswer(ctx, ways.length === 0 ? 404 : 401);
  if (ways.length === 0) return;
  ctx.set('WWW-Authenticate', ways);
  deps.log.debug({ client: address, file: asked.name }, 'phone was asked who it is');
}

/** The same for a phone that is unknown, off, another's, or shows the wrong secret. */
function refuse(
  ctx: Koa.Context,
  visit: Visit,
  why: RefusedFor | 'plain-http',
  deps: PhoneFilesDeps,
): void {
  const { asked, address } = visit;
  deps.meters.refused(why);
  if (why !== 'plain-http') {
    const closed = deps.limits.failed(address);
    const facts = { client: address, cause: why, file: asked.name };
    noteSecurity(deps.log, 'phone-refused', facts, 'phone refused');
    if (closed) {
      noteSecurity(deps.log, 'phone-shut-out', { client: address }, 'phone refused too often');
    }
  }
  if (asked.by.kind === 'bare' && why !== 'plain-http') challenge(ctx, visit, false, deps);
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
