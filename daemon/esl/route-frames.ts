import { readText } from './text.ts';

/** One message from FreeSWITCH: its header lines with what is percent-encoded in them as it came, and its body where it has one. */
export interface RouteFrame {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer | undefined;
}

/** Takes bytes as they come and gives whole frames; `undefined` once the stream makes no sense. */
export type RouteFrameReader = (bytes: Buffer) => readonly RouteFrame[] | undefined;

/** Bytes. A channel's data is 8 to 20 kB; ten times that is somebody else's protocol. */
const LONGEST_HEADERS = 262_144;
const LONGEST_BODY = 1_048_576;

/**
 * Reads event socket frames: header lines, an empty line, and as many bytes of
 * body as `Content-Length` says (mod_event_socket.c, `send_disconnect` and
 * `listener_run` show the form).
 *
 * Total: whatever bytes arrive and however TCP cut them, it gives frames or
 * says once that there are none to be had. It keeps at most the two limits above.
 */
export function createRouteFrameReader(): RouteFrameReader {
  let pending: Buffer = Buffer.alloc(0);
  /** Where the search for the empty line goes on, so that a byte at a time is not quadratic. */
  let searched = 0;
  let broken = false;

  return (bytes) => {
    if (broken) return undefined;
    pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes]);
    const frames: RouteFrame[] = [];
    for (;;) {
      const end = pending.indexOf('\n\n', searched);
      if (end === -1) {
        searched = Math.max(0, pending.length - 1);
        broken = pending.length > LONGEST_HEADERS;
        return broken ? undefined : frames;
      }
      const headers = readHeaders(readText(pending.subarray(0, end)));
      const length = readLength(headers.get('Content-Length'));
      if (length === undefined || end > LONGEST_HEADERS) {
        broken = true;
        return undefined;
      }
      const bodyAt = end + 2;
      if (pending.length < bodyAt + length) {
        searched = end;
        return frames;
      }
      const body = length === 0 ? undefined : pending.subarray(bodyAt, bodyAt + length);
      frames.push({ headers, body });
      pending = pending.subarray(bodyAt + length);
      searched = 0;
    }
  };
}

/** The first of two like-named headers counts: FreeSWITCH writes its own before what a caller brought. */
export function readHeaders(text: string): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(': ');
    if (colon < 1) continue;
    const name = line.slice(0, colon);
    if (!headers.has(name)) headers.set(name, line.slice(colon + 2));
  }
  return headers;
}

function readLength(text: string | undefined): number | undefined {
  if (text === undefined) return 0;
  if (!/^\d{1,8}$/.test(text)) return undefined;
  const length = Number(text);
  return length <= LONGEST_BODY ? length : undefined;
}
