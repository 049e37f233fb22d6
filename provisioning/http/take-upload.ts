import type Koa from 'koa';
import type { KnownPhone } from '../phone-lookup.ts';
import { endingOf } from '../uploads/store.ts';
import type { GiveDeps } from './give-file.ts';
import type { Visit } from './phone-files.ts';
import { emptyAnswer } from './plain-answers.ts';

/** Keeps what a phone writes, up to its quota. */
export async function takeUpload(
  ctx: Koa.Context,
  { record }: KnownPhone,
  { asked: { name }, address }: Visit,
  { uploads, recorder, clock }: GiveDeps,
): Promise<void> {
  const { id: phoneId } = record;
  const saved = await uploads.save(phoneId, name, ctx.req, ctx.request.length);
  if (saved.kind === 'too-large') {
    emptyAnswer(ctx, 413);
    // The rest of the body is not read: the connection ends with the answer.
    ctx.set('Connection', 'close');
  } else {
    emptyAnswer(ctx, 200);
  }
  const at = clock();
  const request = { phoneId, at, method: ctx.method, file: name, status: ctx.status, address };
  recorder.note(request, { phoneId, at, address, firmware: undefined, agent: undefined });
  if (saved.kind === 'saved') {
    recorder.noteUpload({ phoneId, file: endingOf(name), bytes: saved.bytes, uploadedAt: at });
  }
}
