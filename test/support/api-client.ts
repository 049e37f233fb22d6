import { get, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { eventStreamReader } from '../../common/event-stream.ts';
import { eventually } from './eventually.ts';

export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: IncomingMessage['headers'];
}

/** One request to the daemon's API, with a token where there is one. */
export async function ask(
  port: number,
  method: string,
  path: string,
  options: {
    readonly token?: string | undefined;
    readonly body?: unknown;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): Promise<ApiAnswer> {
  const sent = options.body === undefined ? undefined : JSON.stringify(options.body);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = {
      ...bearer(options.token),
      ...(sent === undefined ? {} : { 'Content-Length': Buffer.byteLength(sent) }),
      ...options.headers,
    };
    request({ host: '127.0.0.1', port, method: method.toUpperCase(), path, headers }, resolve)
      .on('error', reject)
      .end(sent);
  });
  if (response.headers['content-type']?.startsWith('text/event-stream')) {
    response.destroy();
    return { status: response.statusCode ?? 0, body: undefined, headers: response.headers };
  }
  const said = await text(response);
  const isJson = response.headers['content-type']?.startsWith('application/json');
  const body: unknown = isJson === true ? JSON.parse(said) : said || undefined;
  return { status: response.statusCode ?? 0, body, headers: response.headers };
}

export interface HeardEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** On the process's monotonic clock, milliseconds. */
  readonly atMs: number;
}

export interface Stream {
  readonly events: readonly HeardEvent[];
  /** All that came, comments too. */
  readonly raw: () => string;
  /** The first event from now on, or already there and not yet asked for, that fits. */
  next(what: string, fits: (event: HeardEvent) => boolean, withinMs?: number): Promise<HeardEvent>;
  readonly response: IncomingMessage;
  close(): void;
}

/** Reads `/v1/events`. */
export async function listenTo(port: number, token: string, lastEventId?: string): Promise<Stream> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = {
      ...bearer(token),
      ...(lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId }),
    };
    get({ host: '127.0.0.1', port, path: '/v1/events', headers }, resolve).on('error', reject);
  });
  if (response.statusCode !== 200) throw new Error(`no stream: ${response.statusCode}`);
  const read = eventStreamReader();
  const events: HeardEvent[] = [];
  let raw = '';
  let seen = 0;
  response.setEncoding('utf8').on('data', (chunk: string) => {
    raw += chunk;
    const atMs = performance.now();
    for (const { id, event, data } of read(chunk)) {
      events.push({ id, event, data: JSON.parse(data) as Record<string, unknown>, atMs });
    }
  });
  response.on('error', () => undefined);
  return {
    events,
    raw: () => raw,
    response,
    next: (what, fits, withinMs = 5_000) =>
      eventually(
        what,
        () => {
          const at = events.findIndex((event, index) => index >= seen && fits(event));
          if (at < 0) return undefined;
          seen = at + 1;
          return events[at];
        },
        withinMs,
      ),
    close: () => {
      response.destroy();
    },
  };
}

const bearer = (token: string | undefined) =>
  token === undefined ? {} : { Authorization: `Bearer ${token}` };
