import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Mailbox, type Message, openMessages } from '../../common/db/message-store.ts';
import { layoutOf } from '../../daemon/freeswitch/layout.ts';

/** What of a person lies in files. */
export interface PersonFiles {
  /** Absolute, by the name each gets in an export. */
  readonly files: ReadonlyMap<string, string>;
  readonly messages: readonly Message[];
  /** Absolute; undefined where there is none. */
  readonly mailbox: string | undefined;
}

/**
 * @param greetings - ids of the recordings he gave.
 * @param phones - ids of the phones that are his alone.
 */
export function personFiles(
  state: string,
  { domain, extension }: Mailbox,
  greetings: readonly string[],
  phones: readonly string[],
): PersonFiles {
  const layout = layoutOf(state);
  const mailbox = join(layout.voicemail, domain, extension);
  const files = new Map<string, string>();
  const add = (name: string, file: string): void => {
    if (existsSync(file)) files.set(name, file);
  };
  for (const id of greetings) add(`greetings/${id}.wav`, join(layout.greetings, `${id}.wav`));
  for (const name of namesIn(mailbox)) add(`voicemail/${name}`, join(mailbox, name));
  for (const phone of phones) {
    for (const name of namesIn(join(state, 'uploads', phone))) {
      add(`uploads/${phone}/${name}`, join(state, 'uploads', phone, name));
    }
  }
  return {
    files,
    messages: messagesOf(layout.voicemail, { domain, extension }),
    mailbox: existsSync(mailbox) ? mailbox : undefined,
  };
}

/** Messages, their list, the greetings and the name from the mailbox's own menu. */
export function removeMailbox(state: string, mailbox: Mailbox): void {
  const { voicemail } = layoutOf(state);
  if (existsSync(join(voicemail, INDEX))) {
    const store = openMessages(join(voicemail, INDEX), BUSY_MS);
    store.removeMailbox(mailbox);
    store.close();
  }
  rmSync(join(voicemail, mailbox.domain, mailbox.extension), { recursive: true, force: true });
}

function messagesOf(voicemail: string, mailbox: Mailbox): readonly Message[] {
  const file = join(voicemail, INDEX);
  if (!existsSync(file)) return [];
  const store = openMessages(file, BUSY_MS);
  try {
    return store.list(mailbox);
  } finally {
    store.close();
  }
}

function namesIn(folder: string): readonly string[] {
  return existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => name)
        .sort()
    : [];
}

const INDEX = 'messages.db';

/** FreeSWITCH writes for milliseconds. */
const BUSY_MS = 5_000;
