import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { VaxelError } from '../../common/errors.ts';
import { encodeCommand } from './command.ts';
import { frameReader, type Frame } from './frames.ts';
import { parseEventJson, type EslHeaders } from './headers.ts';
import { jobTable } from './jobs.ts';
import { replyQueue } from './replies.ts';
import { readLatin1 } from './text.ts';

export interface EslOptions {
  readonly host: string;
  readonly port: number;
  readonly password: string;
  /** Events to subscribe to, `CUSTOM` and its subclasses last; FreeSWITCH sends nothing else. */
  readonly events?: readonly string[];
  /** Reads one event, of a character for each byte; `parseEventJson`, which reads all of it, unless told. */
  readonly readEvent?: (latin1: string) => EslHeaders;
  /** Called in the order of the stream, never before `connectEsl` subscribes. A throw is a bug. */
  readonly onEvent?: (headers: EslHeaders) => void;
  /** How long FreeSWITCH may take to answer one command, in milliseconds; 5 s unless told. */
  readonly answerWithinMs?: number;
  /** Told of every command: its name, and the milliseconds until it was answered, or `failed` to be. */
  readonly onCommand?: ((name: string, ms: number, failed: boolean) => void) | undefined;
  /** An unanswered command this old ends the connection, in milliseconds; 15 s unless told. */
  readonly stuckAfterMs?: number;
}

/** One authenticated connection. It ends once, is not used again, and sends nothing twice. */
export interface EslConnection {
  /**
   * Runs a command in FreeSWITCH's thread for this connection, which does nothing
   * else meanwhile, events included: for what takes no time.
   *
   * @returns what it printed, without the last line break.
   * @throws {VaxelError} `ESL_COMMAND_FAILED` on `-ERR` and `-USAGE`, `ESL_TIMEOUT`, `ESL_DISCONNECTED`.
   */
  api(command: string, withinMs?: number): Promise<string>;
  /**
   * Runs a command in a thread of its own, and waits for its result.
   *
   * @param withinMs how long the command may take; 30 s unless told.
   * @throws {VaxelError} as `api`. After `ESL_TIMEOUT` it may still be done.
   */
  bgapi(command: string, withinMs?: number): Promise<string>;
  /**
   * Sends `sendmsg …`, `sendevent …` and their like.
   *
   * @returns the reply's text. `+OK` to a `sendmsg` means queued, not done.
   * @throws {VaxelError} as `api`.
   */
  send(line: string, headers?: Readonly<Record<string, string>>, body?: string): Promise<string>;
  /**
   * Has FreeSWITCH look now whether there are events to send, and not only when its 20 ms are over: a line
   * break wakes it, and is no command (mod_event_socket.c, `read_packet`).
   */
  nudge(): void;
  /** Fulfilled with the reason once the connection has ended. Never rejects. */
  readonly ended: Promise<VaxelError>;
  close(): void;
}

/**
 * Connects to FreeSWITCH's event socket, authenticates and subscribes.
 *
 * @throws {VaxelError} `ESL_AUTH_REFUSED` (wrong password), `ESL_ADDRESS_REFUSED` (its access
 * list), `ESL_DISCONNECTED` (nobody there, or not FreeSWITCH), `ESL_TIMEOUT`.
 */
export async function connectEsl(options: EslOptions): Promise<EslConnection> {
  const { host, port, password, events = [], onEvent, answerWithinMs = 5_000 } = options;
  const { readEvent = readAll, onCommand } = options;
  const where = { host, port };
  const jobs = jobTable();
  const replies = replyQueue({
    stuckAfterMs: options.stuckAfterMs ?? 15_000,
    onStuck: () => {
      disconnected('FreeSWITCH has stopped answering');
    },
  });
  const socket = open(host, port, { onFrame, onGone: disconnected });

  let over: VaxelError | undefined;
  let tell: (why: VaxelError) => void = () => undefined;
  const ended = new Promise<VaxelError>((resolve) => (tell = resolve));

  function disconnected(how: string, cause?: unknown): void {
    end(new VaxelError('ESL_DISCONNECTED', how, where, { cause }));
  }

  function end(why: VaxelError): void {
    if (over !== undefined) return;
    over = why;
    socket.destroy();
    replies.end(why);
    jobs.end(why);
    tell(why);
  }

  function onFrame({ headers, latin1 }: Frame): void {
    if (over !== undefined) return;
    switch (headers['Content-Type']) {
      case 'auth/request':
        onReply('FreeSWITCH asks for the password');
        return;
      case 'command/reply':
        onReply(headers['Reply-Text'] ?? '');
        return;
      case 'api/response':
        onReply(readLatin1(latin1));
        return;
      case 'text/event-json':
        onJson(latin1);
        return;
      case 'text/rude-rejection':
        end(
          new VaxelError(
            'ESL_ADDRESS_REFUSED',
            'FreeSWITCH does not let this address connect',
            where,
          ),
        );
        return;
      case 'text/disconnect-notice':
        disconnected(`FreeSWITCH said goodbye: ${readLatin1(latin1).trim().slice(0, 200)}`);
        return;
      case undefined:
        disconnected('FreeSWITCH sent a message without Content-Type');
        return;
      default:
        return;
    }
  }

  function onReply(reply: string): void {
    if (!replies.give(reply)) disconnected('FreeSWITCH answered what was not asked');
  }

  function onJson(latin1: string): void {
    let event;
    try {
      event = readEvent(latin1);
    } catch (cause) {
      disconnected('FreeSWITCH sent an event that cannot be read', cause);
      return;
    }
    const ours =
      event['Event-Name'] === 'BACKGROUND_JOB' &&
      jobs.finish(event['Job-UUID'] ?? '', event['_body'] ?? '');
    if (!ours) onEvent?.(event);
  }

  /** Sends one command, and gives the text that answers it. */
  async function ask(text: string, withinMs = answerWithinMs): Promise<string> {
    if (over !== undefined) throw over;
    const name = commandName(text);
    const asked = performance.now();
    const reply = replies.next(name, withinMs);
    // One write, so that no command waits for the acknowledgement of its own first half.
    socket.write(text);
    if (onCommand !== undefined) {
      const tell = (failed: boolean) => () => {
        onCommand(name, performance.now() - asked, failed);
      };
      reply.then(tell(false), tell(true));
    }
    return reply;
  }

  async function send(
    line: string,
    headers?: Readonly<Record<string, string>>,
    body?: string,
  ): Promise<string> {
    return acceptedOrThrow(line, await ask(encodeCommand(line, headers, body)));
  }

  async function api(command: string, withinMs?: number): Promise<string> {
    const line = `api ${command}`;
    return acceptedOrThrow(line, await ask(encodeCommand(line), withinMs));
  }

  async function bgapi(command: string, withinMs = 30_000): Promise<string> {
    const line = `bgapi ${command}`;
    const id = randomUUID();
    const text = encodeCommand(line, { 'Job-UUID': id });
    const result = jobs.result(id, commandName(line), withinMs);
    const accepted = ask(text).then((reply) => acceptedOrThrow(line, reply));
    accepted.catch(jobs.forget.bind(undefined, id));
    const [, body] = await Promise.all([accepted, result]);
    return acceptedOrThrow(line, body);
  }

  try {
    // FreeSWITCH speaks first: its greeting is the answer to our coming.
    await replies.next('connect', answerWithinMs);
    const reply = await ask(encodeCommand(`auth ${password}`));
    if (!reply.startsWith('+OK')) {
      throw new VaxelError('ESL_AUTH_REFUSED', 'FreeSWITCH refused the password', where);
    }
    await send(`event json ${['BACKGROUND_JOB', ...events].join(' ')}`);
  } catch (error) {
    disconnected('the connection was given up', error);
    throw error;
  }

  return {
    api,
    bgapi,
    send,
    nudge: () => {
      // One that has not been read yet wakes it as well.
      if (over === undefined && socket.writableLength === 0) socket.write('\n');
    },
    ended,
    close: () => {
      disconnected('we closed the connection');
    },
  };
}

const readAll = (latin1: string) => parseEventJson(Buffer.from(latin1, 'latin1'));

/** A socket that tells of its frames, and of its end whatever the way. */
function open(
  host: string,
  port: number,
  on: {
    readonly onFrame: (frame: Frame) => void;
    readonly onGone: (how: string, cause?: unknown) => void;
  },
): Socket {
  const read = frameReader();
  return connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 })
    .on('data', (chunk) => {
      const { frames, broken } = read(chunk);
      frames.forEach(on.onFrame);
      if (broken !== undefined) on.onGone('FreeSWITCH sent what cannot be read', broken);
    })
    .on('error', (cause) => {
      on.onGone('FreeSWITCH is out of reach', cause);
    })
    .on('end', () => {
      on.onGone('FreeSWITCH closed the connection');
    })
    .on('close', () => {
      on.onGone('the connection was lost');
    });
}

/** @throws {VaxelError} `ESL_COMMAND_FAILED` where FreeSWITCH says that it did not. */
function acceptedOrThrow(line: string, text: string): string {
  const said = text.replace(/\n$/, '');
  if (!/^-(ERR|USAGE)/.test(said)) return said;
  throw new VaxelError('ESL_COMMAND_FAILED', said.slice(0, 200), { command: commandName(line) });
}

/** `api uuid_transfer` and no more: what follows may be a person's number, or the password. */
function commandName(line: string): string {
  return /^(?:api|bgapi|sendmsg|sendevent|event)\b(?: [a-z_]+\b)?|^\w+/.exec(line)?.[0] ?? '';
}
