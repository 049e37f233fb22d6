import type Koa from 'koa';
import type { Clock } from '../../common/time.ts';
import { contentTypeOf } from '../files/content-type.ts';
import { isUpload, vendorOf } from '../files/file-name.ts';
import type { UserAgent } from '../models/user-agent.ts';
import type { KnownPhone } from '../phone-lookup.ts';
import { vendorOfModel } from '../models/nearest.ts';
import type { Recorder } from '../traffic/recorder.ts';
import type { UploadStore } from '../uploads/store.ts';
import type { ResourceFolder } from './resources.ts';
import type { Visit } from './phone-files.ts';
import type { Books } from './books.ts';
import { emptyAnswer } from './plain-answers.ts';
import type { Renderer } from './rendered.ts';

export interface GiveDeps {
  readonly renderer: Renderer;
  readonly books: Books;
  readonly uploads: UploadStore;
  readonly resources: ResourceFolder;
  readonly recorder: Recorder;
  readonly clock: Clock;
}

/** Gives a phone that is known to be itself one of its files, or says that there is none. */
export async function giveFile(
  ctx: Koa.Context,
  phone: KnownPhone,
  visit: Visit,
  deps: GiveDeps,
): Promise<void> {
  const { asked, agent, address } = visit;
  const { record } = phone;
  const { file, name, query } = asked;
  const firmware = firmwareOf(ctx.get('User-Agent'), agent);
  const at = deps.clock();
  const vendor = vendorOf(file);
  const ofOther = vendor !== undefined && vendor !== vendorOfModel(record.model);
  const rendered = ofOther
    ? undefined
    : ((await deps.renderer({ phone: record, firmware, file, name })) ??
      (await deps.books(phone, file, query)));
  if (rendered !== undefined) {
    ctx.set('ETag', rendered.etag);
    ctx.set('Cache-Control', 'private, no-cache');
    ctx.type = rendered.type;
    ctx.status = 200;
    if (ctx.get('If-None-Match') === rendered.etag) ctx.status = 304;
    else ctx.body = rendered.bytes;
  } else if (isUpload(file)) {
    await giveStream(ctx, await deps.uploads.open(record.id, name), contentTypeOf(file));
  } else if (file.kind === 'resource') {
    await giveStream(ctx, await deps.resources.open(file.name), contentTypeOf(file));
  } else {
    emptyAnswer(ctx, 404);
  }
  const request = {
    phoneId: record.id,
    at,
    method: ctx.method,
    file: name,
    status: ctx.status,
    address,
  };
  const seen = { phoneId: record.id, at, address, firmware, agent: agent && ctx.get('User-Agent') };
  const isOfPhone = 'mac' in file && file.kind !== 'polycom-directory';
  const wasGiven = rendered !== undefined && isOfPhone && ctx.method === 'GET';
  const served = wasGiven
    ? { file: name.toLowerCase(), etag: rendered.etag, content: rendered.bytes, servedAt: at }
    : undefined;
  deps.recorder.note(request, seen, served);
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
function firmwareOf(text: string, agent: UserAgent | undefined): string | undefined {
  return text.endsWith('Type/Updater') ? undefined : agent?.firmware;
}
