import type { IncomingMessage, ServerResponse } from 'node:http';
import type Koa from 'koa';
import type { Log } from '../../common/log.ts';
import type { Clock } from '../../common/time.ts';
import { contentTypeOf } from '../files/content-type.ts';
import { isUpload, vendorOf } from '../files/file-name.ts';
import type { KnownPhone } from '../phone-lookup.ts';
import { vendorOfModel } from '../models/nearest.ts';
import type { Recorder } from '../traffic/recorder.ts';
import type { UploadStore } from '../uploads/store.ts';
import type { ResourceFolder } from './resources.ts';
import type { Visit } from './phone-files.ts';
import type { Books } from './books.ts';
import { emptyAnswer } from './plain-answers.ts';
import type { Renderer } from './rendered.ts';
import type { Rendered } from '../source/files-of-phone.ts';

export interface GiveDeps {
  readonly renderer: Renderer;
  readonly books: Books;
  readonly uploads: UploadStore;
  readonly resources: ResourceFolder;
  readonly recorder: Recorder;
  readonly log: Log;
  readonly clock: Clock;
}

/**
 * Gives a phone that is known to be itself one of its files, or says that there is none.
 *
 * @returns the file, where it was made from what is in the database.
 */
export async function giveFile(
  ctx: Koa.Context,
  phone: KnownPhone,
  visit: Visit,
  deps: GiveDeps,
): Promise<Rendered | undefined> {
  const { record } = phone;
  const { file, name, query } = visit.asked;
  const vendor = vendorOf(file);
  const ofOther = vendor !== undefined && vendor !== vendorOfModel(record.model);
  const rendered = ofOther
    ? undefined
    : ((await deps.renderer({ phone: record, firmware: firmwareOf(visit), file, name })) ??
      (await deps.books(phone, file, query)));
  if (rendered !== undefined) {
    ctx.respond = false;
    giveRendered(ctx.req, ctx.res, rendered);
  } else if (isUpload(file)) {
    await giveStream(ctx, await deps.uploads.open(record.id, name), contentTypeOf(file));
  } else if (file.kind === 'resource') {
    await giveStream(ctx, await deps.resources.open(file.name), contentTypeOf(file));
  } else {
    emptyAnswer(ctx, 404);
  }
  noteGiven(ctx.method, ctx.status, phone, visit, rendered, deps);
  return rendered;
}

/** For the phone's log, and for what is shown of it. */
export function noteGiven(
  method: string,
  status: number,
  { record: { id: phoneId } }: KnownPhone,
  visit: Visit,
  rendered: Rendered | undefined,
  { recorder, clock }: GiveDeps,
): void {
  const { asked, said, agent, address } = visit;
  const { file, name } = asked;
  const at = clock();
  const seen = { phoneId, at, address, firmware: firmwareOf(visit), agent: agent && said };
  const isOfPhone = 'mac' in file && file.kind !== 'polycom-directory';
  const wasGiven = rendered !== undefined && isOfPhone && method === 'GET';
  const served = wasGiven
    ? { file: name.toLowerCase(), etag: rendered.etag, content: rendered.bytes, servedAt: at }
    : undefined;
  recorder.note({ phoneId, at, method, file: name, status, address }, seen, served);
}

/**
 * Straight to Node's response: what Koa does for an answer of any kind costs more than all that is
 * ours (docs/performance.md).
 */
export function giveRendered(
  request: IncomingMessage,
  response: ServerResponse,
  { bytes, type, etag }: Rendered,
): void {
  const common = ['ETag', etag, 'Cache-Control', 'private, no-cache'];
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, common).end();
    return;
  }
  const length = String(bytes.length);
  response.writeHead(200, [...common, 'Content-Type', type, 'Content-Length', length]);
  if (request.method === 'HEAD') response.end();
  else response.end(bytes);
}

/** For the log of the program. */
export function noteAsked(
  status: number,
  { record: { mac } }: KnownPhone,
  { address, asked }: Visit,
  { log }: GiveDeps,
): void {
  log.info({ mac, client: address, file: asked.name, code: String(status) }, 'phone asked');
}

async function giveStream(
  ctx: Koa.Context,
  found: { readonly bytes: number; read(): NodeJS.ReadableStream } | undefined,
  type: string,
): Promise<void> {
  if (found === undefined) {
    emptyAnswer(ctx, 404);
    return;
  }
  ctx.status = 200;
  ctx.type = type;
  if (ctx.method === 'HEAD') ctx.body = null;
  else ctx.body = found.read();
  ctx.status = 200;
  ctx.length = found.bytes;
}

/** A Polycom's loader asks first, under a version of its own that says nothing of the phone's. */
function firmwareOf({ said, agent }: Visit): string | undefined {
  return said.endsWith('Type/Updater') ? undefined : agent?.firmware;
}
