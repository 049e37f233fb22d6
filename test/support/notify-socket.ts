import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';

/** The end of `$NOTIFY_SOCKET` that systemd has, in Python: Node has no datagram socket of that kind. */
const RECEIVER = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("bound", flush=True)
while True:
    print(s.recv(65536).decode().replace("\\n", " | "), flush=True)
`;

export interface NotifySocket {
  readonly path: string;
  /** What has been told so far, one entry a datagram, its lines between bars. */
  told(): readonly string[];
  /** How many of them hold this. */
  count(text: string): number;
}

export async function notifySocket(t: Test): Promise<NotifySocket> {
  const folder = mkdtempSync(join(tmpdir(), 'vaxel-notify-'));
  const path = join(folder, 'notify');
  const receiver = spawn('python3', ['-c', RECEIVER, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(async () => {
    receiver.kill('SIGKILL');
    if (receiver.exitCode === null && receiver.signalCode === null) await once(receiver, 'exit');
    rmSync(folder, { recursive: true });
  });
  let said = '';
  receiver.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(receiver.stdout, 'data');
  const told = () => said.split('\n').filter((line) => line !== '' && line !== 'bound');
  return { path, told, count: (text) => told().filter((line) => line.includes(text)).length };
}
