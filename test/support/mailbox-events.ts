import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectEsl } from '../../daemon/esl/connection.ts';
import type { EslHeaders } from '../../daemon/esl/headers.ts';
import type { Exchange } from './exchange.ts';
import { createTimers } from './sip/timers.ts';
import { createWatch } from './sip/watch.ts';

/** What FreeSWITCH says while somebody leaves or hears messages. */
export interface MailboxEvents {
  /** Every prompt played so far, oldest first: `sv/greeting`; a message itself is `message`. */
  prompts(): readonly string[];
  /** Waits until a prompt has been played again after the first `since` ones. @returns all after those, it too. */
  prompt(name: string, since: number, withinMs?: number): Promise<readonly string[]>;
  /** Waits for a `vm::maintenance` of this kind and mailbox that was not waited for before. */
  done(action: string, user: string, withinMs?: number): Promise<EslHeaders>;
  close(): void;
}

export async function listenToMailboxes(exchange: Exchange): Promise<MailboxEvents> {
  const root = join(exchange.state, 'prompts');
  const played: string[] = [];
  const actions: EslHeaders[] = [];
  const timers = createTimers();
  const watch = createWatch(timers, () => `played: ${played.join(' ')}`);
  const esl = await connectEsl({
    host: '127.0.0.1',
    port: Number(exchange.env['VAXEL_ESL_PORT']),
    password: readFileSync(join(exchange.state, 'secrets', 'esl-password'), 'utf8').trim(),
    events: ['PLAYBACK_START', 'CUSTOM', 'vm::maintenance'],
    onEvent(headers) {
      const file = headers['Playback-File-Path'];
      if (headers['Event-Name'] === 'CUSTOM') actions.push(headers);
      else if (file !== undefined) played.push(promptName(file, root));
      watch.changed();
    },
  });

  return {
    prompts: () => played,
    prompt: async (name, since, withinMs = 20_000) =>
      watch.until(
        () => {
          const end = played.indexOf(name, since);
          return end < 0 ? undefined : played.slice(since, end + 1);
        },
        { withinMs, what: `prompt ${name}` },
      ),
    done: async (action, user, withinMs = 10_000) =>
      watch.until(
        () => {
          const at = actions.findIndex(
            (each) => each['VM-Action'] === action && each['VM-User'] === user,
          );
          return at < 0 ? undefined : actions.splice(at, 1)[0];
        },
        { withinMs, what: `vm::maintenance ${action} of ${user}` },
      ),
    close() {
      esl.close();
      timers.close();
      watch.close();
    },
  };
}

function promptName(file: string, root: string): string {
  if (file.startsWith(`${root}/`)) return file.slice(root.length + 1).replace(/\.wav$/, '');
  return /\/voicemail\/.*\/msg_[^/]*\.wav$/.test(file) ? 'message' : file;
}
