import type { UserId } from '../../lines/line.ts';

/** What a stream tells of, as docs/api.md describes each. */
export type StreamEvent = 'line' | 'status' | 'call' | 'registration' | 'message';

/** One thing that happened to one person. */
export interface Happening {
  readonly event: StreamEvent;
  readonly user: UserId;
  /** What everybody of the organisation may know; undefined: that it happened is nobody's business. */
  readonly open: object | undefined;
  /** What the person, and who may see personal things, are told instead. */
  readonly personal: object;
}

/** A happening with its place in the stream, written down once for however many readers. */
export interface Entry {
  readonly user: UserId;
  readonly open: () => Buffer | undefined;
  readonly personal: () => Buffer;
}

/** @param id - what a reader that comes back names as the last it has seen. */
export function entryOf({ event, user, open, personal }: Happening, id: string): Entry {
  return {
    user,
    open: once(() => open && frame(event, open, id)),
    personal: once(() => frame(event, personal, id)),
  };
}

/**
 * One event on the wire. JSON has no line break, so `data` is one line.
 * Source: WHATWG HTML §9.2.5, parsing an event stream.
 */
export function frame(event: string, data: object, id: string | undefined): Buffer {
  const name = id === undefined ? '' : `id: ${id}\n`;
  return Buffer.from(`${name}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

/** Nobody may be reading: written down when the first one does. */
function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}
