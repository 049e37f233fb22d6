import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { ALLOWED_COMMANDS } from '../../daemon/freeswitch/allowed-interfaces.ts';
import type { EslHeaders } from '../../daemon/esl/headers.ts';

/** A FreeSWITCH's event socket, on loopback, that speaks the protocol and misbehaves on request. */
export interface FakeFreeSwitch {
  readonly port: number;
  /** Every command but `auth`, its line and its headers, in the order of arrival. */
  readonly received: readonly string[];
  /** How the bytes of those commands came: one entry to a read of the socket. */
  readonly reads: readonly string[];
  /** Connections that are open now. */
  readonly open: number;
  /** Sends an event to every connection that has subscribed to anything. */
  emit(event: EslHeaders): void;
  /** Sends bytes as they are to every connection. */
  write(bytes: string | Buffer): void;
  /** Says it has no more to say, and goes on listening: TCP's half close. */
  halfClose(): void;
  /** Breaks every connection as a crash would, with a reset. */
  crash(): void;
  /** Crashes and listens no more; `startFakeFreeSwitch` with the same port is the restart. */
  stop(): Promise<void>;
}

export interface FakeOptions {
  readonly port?: number;
  readonly password?: string;
  readonly coreUuid?: string;
  /** What it does to who comes; it asks for the password unless told. */
  readonly greeting?: 'auth' | 'rude rejection' | 'silence';
  /**
   * The answer to a command; `undefined` leaves the customary one, and a Buffer is sent as it
   * stands (an empty one is silence).
   */
  readonly answer?: (command: string) => string | Buffer | undefined;
  /** Sends every byte by itself: no reader may depend on how TCP cuts. */
  readonly byteByByte?: boolean;
}

export async function startFakeFreeSwitch(options: FakeOptions = {}): Promise<FakeFreeSwitch> {
  const { greeting = 'auth', byteByByte = false } = options;
  const clients = new Set<Client>();
  const received: string[] = [];
  const reads: string[] = [];

  const server = createServer((socket) => {
    const client: Client = { socket, subscribed: false, write: writer(socket, byteByByte) };
    clients.add(client);
    // A test that breaks connections gets errors: they are what it asked for.
    socket.setNoDelay(true).on('error', () => undefined);
    socket.on('close', () => clients.delete(client));
    if (greeting === 'auth') client.write('Content-Type: auth/request\n\n');
    if (greeting === 'rude rejection') {
      client.write(
        'Content-Type: text/rude-rejection\nContent-Length: 24\n\nAccess Denied, go away.\n',
      );
    }
    let pending = '';
    socket.on('data', (chunk) => {
      reads.push(chunk.toString());
      // A line break before a command is read and forgotten.
      for (pending += chunk.toString(); ;) {
        pending = pending.replace(/^\n+/, '');
        const end = pending.indexOf('\n\n');
        if (end < 0) break;
        const command = pending.slice(0, end);
        pending = pending.slice(end + 2);
        onCommand(client, command);
      }
    });
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  function onCommand(client: Client, command: string): void {
    if (command.startsWith('auth ')) {
      const right = command === `auth ${options.password ?? 'office'}`;
      client.write(commandReply(right ? '+OK accepted' : '-ERR invalid'));
      if (!right) client.write(goodbye);
      return;
    }
    received.push(command);
    if (command.startsWith('event ')) client.subscribed = true;
    const answer = options.answer?.(command);
    if (Buffer.isBuffer(answer)) client.write(answer);
    else if (command.startsWith('api ')) {
      client.write(apiResponse(told(command.slice(4), answer)));
    } else if (command.startsWith('bgapi ')) {
      const [line = '', header = ''] = command.split('\n');
      const id = header.replace('Job-UUID: ', '');
      client.write(commandReply(`+OK Job-UUID: ${id}`));
      const body = told(line.slice(6), answer);
      client.write(jsonEvent({ 'Event-Name': 'BACKGROUND_JOB', 'Job-UUID': id, _body: body }));
    } else client.write(commandReply(answer ?? '+OK'));
  }

  /** Refuses, as FreeSWITCH 1.11.2 does, what our own configuration does not let it register. */
  function told(line: string, answer: string | undefined): string {
    const [name = ''] = line.split(' ');
    return ALLOWED_COMMANDS.includes(name) || OF_WHOLE_MODULES.includes(name)
      ? (answer ?? customary(line, options.coreUuid))
      : `-ERR ${name} Command not found!\n`;
  }

  function crash(): void {
    for (const { socket } of clients) {
      // Resetting a socket that is already shutting down leaves a handle that Node 20 never closes.
      if (socket.readyState === 'open') socket.resetAndDestroy();
      else socket.destroy();
    }
  }

  return {
    port,
    received,
    reads,
    get open() {
      return clients.size;
    },
    emit(event) {
      for (const client of clients) if (client.subscribed) client.write(jsonEvent(event));
    },
    write(bytes) {
      for (const client of clients) client.write(bytes);
    },
    halfClose() {
      for (const { socket } of clients) socket.end();
    },
    crash,
    async stop() {
      crash();
      if (!server.listening) return;
      server.close();
      await once(server, 'close');
    },
  };
}

/** Of modules that are allowed whole: mod_sofia, mod_hash, mod_voicemail, mod_valet_parking, mod_dptools. */
export const OF_WHOLE_MODULES: readonly string[] = [
  'sofia',
  'sofia_contact',
  'hash',
  'vm_boxcount',
  'vm_prefs',
  'valet_info',
  'strepoch',
  'strftime',
];

/** The frames of the protocol (FreeSWITCH `mod_event_socket.c`), for tests that send their own. */
export const commandReply = (text: string) =>
  `Content-Type: command/reply\nReply-Text: ${text}\n\n`;

export const apiResponse = (body: string) => withBody('api/response', Buffer.from(body));

export const jsonEvent = (event: EslHeaders) => eventBytes(Buffer.from(JSON.stringify(event)));

/** An event whose JSON is already bytes, as where they are not UTF-8. */
export const eventBytes = (json: Buffer) => withBody('text/event-json', json);

export const goodbye = withBody(
  'text/disconnect-notice',
  Buffer.from('Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n'),
);

function withBody(type: string, body: Buffer): Buffer {
  const head = `Content-Length: ${body.length}\nContent-Type: ${type}\n\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

function customary(command: string, coreUuid = 'core-1'): string {
  switch (command) {
    case 'global_getvar core_uuid':
      return coreUuid;
    case 'version short':
      return '1.10.12\n';
    case 'show channels as json':
    case 'show calls as json':
      return '{"row_count":0}\n';
    default:
      return '+OK\n';
  }
}

interface Client {
  readonly socket: Socket;
  readonly write: (bytes: string | Buffer) => void;
  subscribed: boolean;
}

function writer(socket: Socket, byteByByte: boolean): Client['write'] {
  if (!byteByByte) return (bytes) => socket.write(bytes);
  let last = Promise.resolve();
  return (bytes) => {
    last = last.then(async () => {
      for (const byte of Buffer.from(bytes)) {
        socket.write(Buffer.of(byte));
        await setImmediate();
      }
    });
  };
}
