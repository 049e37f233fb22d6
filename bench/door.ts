import { once } from 'node:events';
import { connect } from 'node:net';

/** What one call was told. */
export interface Told {
  /** When it came to the door, and when it had its plan, by `performance.now()`. */
  readonly askedAt: number;
  readonly toldAt: number;
  /** As the dialplan has it: `ring`, `referral-answered`. */
  readonly plan: string;
}

/**
 * Puts a call to the daemon's door as FreeSWITCH's `socket` application does, with nobody registered.
 * @param channel - the channel data that matter, in FreeSWITCH's names.
 */
export async function askAtDoor(
  port: number,
  channel: Readonly<Record<string, string>>,
): Promise<Told> {
  const askedAt = performance.now();
  const socket = connect(port, '127.0.0.1').setNoDelay(true);
  await once(socket, 'connect');
  const dump = Object.entries({ 'Unique-ID': LEG, ...channel })
    .map(([name, value]) => `${name}: ${encodeURIComponent(value)}\n`)
    .join('');
  let pending = '';
  let first = true;
  let plan = '';
  let toldAt = NaN;
  socket.on('data', (bytes: Buffer) => {
    const commands = (pending + bytes.toString()).split('\n\n');
    pending = commands.pop() ?? '';
    for (const command of commands) {
      plan = /vx_plan=([\w-]+)/.exec(command)?.[1] ?? plan;
      if (command.startsWith('api uuid_transfer')) toldAt = performance.now();
      // The first command of a socket is left unanswered.
      if (!first) socket.write(answerTo(command, dump));
      first = false;
    }
  });
  await once(socket, 'close');
  if (Number.isNaN(toldAt)) throw new Error('the daemon left the call to FreeSWITCH');
  return { askedAt, toldAt, plan };
}

const LEG = '7c0e1d52-0000-0000-0000-000000000001';

function answerTo(command: string, dump: string): string {
  if (command === 'getvar uuid') return `Content-Type: command/reply\nReply-Text: ${LEG}\n\n`;
  const text = command.startsWith('api uuid_dump')
    ? dump
    : command.startsWith('api sched_del')
      ? '+OK Deleted: 1\n'
      : command.startsWith('api sofia_contact')
        ? 'error/user_not_registered'
        : '+OK\n';
  return `Content-Type: api/response\nContent-Length: ${Buffer.byteLength(text)}\n\n${text}`;
}
