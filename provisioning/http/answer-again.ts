import type { IncomingMessage, ServerResponse } from 'node:http';
import { plainAddress } from '../access/limits.ts';
import type { Given, GivenFiles } from './given.ts';
import { giveRendered, noteAsked, noteGiven } from './give-file.ts';
import type { Door, PhoneFilesDeps } from './phone-files.ts';

/**
 * Gives what was given before to who asks in the same words: before Koa, whose way of making an
 * answer costs more than this does in all (docs/performance.md).
 *
 * @returns false where it was not, and nothing is answered.
 */
export function answerAgain(
  request: IncomingMessage,
  response: ServerResponse,
  deps: PhoneFilesDeps,
  { given, vendor }: Door & { readonly given: GivenFiles },
): boolean {
  const began = performance.now();
  const again = request.method === 'GET' ? remembered(request, given) : undefined;
  if (again === undefined) return false;
  const { phone, rendered } = again;
  const visit = { ...again.visit, address: plainAddress(request.socket.remoteAddress) };
  giveRendered(request, response, rendered);
  const { statusCode } = response;
  noteGiven('GET', statusCode, phone, visit, rendered, deps);
  noteAsked(statusCode, phone, visit, deps);
  deps.meters.granted('token');
  deps.meters.answered(visit.agent?.vendor ?? vendor, statusCode, performance.now() - began);
  return true;
}

/** A database that cannot be read now is for the usual way to complain of. */
function remembered({ url = '', headers }: IncomingMessage, given: GivenFiles): Given | undefined {
  try {
    return given.again(url, headers['user-agent'] ?? '');
  } catch {
    return undefined;
  }
}
