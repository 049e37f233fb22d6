import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** A daemon that hands a call over and leaves it where it is: what it says of each call is for the test to say. */
export interface HalfDaemon {
  readonly port: number;
  /** How many calls it has had. */
  calls(): number;
  close(): void;
}

/**
 * Listens where FreeSWITCH asks. It takes a call, deletes its guard, sets these
 * variables and goes away without the transfer, so that the call goes on with the
 * line of the dialplan that follows.
 */
export async function halfDaemon(
  port: number,
  variables: Readonly<Record<string, string>>,
): Promise<HalfDaemon> {
  let calls = 0;
  const list = Object.entries(variables)
    .map(([name, value]) => `${name}=${value}`)
    .join(';');

  async function take(socket: Socket): Promise<void> {
    calls += 1;
    socket.write('connect\n\n');
    let said = '';
    socket.setEncoding('utf8').on('data', (text: string) => (said += text));
    while (!/\nUnique-ID: .*\n/.test(said)) await once(socket, 'data');
    const [, leg = ''] = /\nUnique-ID: (.*)\n/.exec(said) ?? [];
    socket.write(`api sched_del ${leg}\n\napi uuid_setvar_multi ${leg} ${list}\n\n`);
    while ((said.match(/Content-Type: api\/response/g) ?? []).length < 2) {
      await once(socket, 'data');
    }
    socket.write('exit\n\n');
  }

  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    void take(socket);
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port,
    calls: () => calls,
    close: () => {
      server.close();
    },
  };
}
