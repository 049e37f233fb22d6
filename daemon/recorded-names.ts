import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isNoSuchFile } from '../common/no-such-file.ts';
import type { Log } from '../common/log.ts';
import { readExtension } from '../common/phone-number.ts';
import type { MailboxEvent } from './call/event.ts';

/** The names people have recorded in the menu of their mailbox. */
export interface RecordedNames {
  /** An absolute path; undefined where the person has recorded none. Looks at nothing but memory. */
  of(domain: string, extension: string): string | undefined;
  /** Whatever was done to a mailbox may have been its owner's name. */
  note(event: Extract<MailboxEvent, { kind: 'mailbox-changed' }>): Promise<void>;
  /** Looks whether those there were are there still: a mailbox goes with its person. */
  renew(): Promise<void>;
}

/**
 * Finds all there are, and then looks again where mod_voicemail tells of a change.
 *
 * It keeps a name as `<storage-dir>/<domain>/<mailbox>/recorded_name.wav`
 * (mod_voicemail.c, `record_name_key`), writes it beside that first, and says
 * `record-name` when it is in its place.
 *
 * @param folder - mod_voicemail's `storage-dir`.
 */
export async function openRecordedNames(folder: string, log: Log): Promise<RecordedNames> {
  const names = new Set<string>();

  async function look(domain: string, extension: string): Promise<void> {
    const path = pathOf(folder, domain, extension);
    if (await isFile(path)) names.add(path);
    else names.delete(path);
  }

  try {
    for (const domain of await foldersIn(folder)) {
      for (const extension of await foldersIn(join(folder, domain))) await look(domain, extension);
    }
  } catch (err) {
    log.warn({ err }, 'the recorded names could not be found: they are spoken instead');
  }

  return {
    of: (domain, extension) => {
      const path = pathOf(folder, domain, extension);
      return names.has(path) ? path : undefined;
    },
    note: async ({ user, domain }) => {
      const extension = readExtension(user);
      if (extension === undefined || domain.includes('/')) return;
      await look(domain, extension);
    },
    renew: async () => {
      for (const path of [...names]) if (!(await isFile(path))) names.delete(path);
    },
  };
}

const pathOf = (folder: string, domain: string, extension: string): string =>
  join(folder, domain, extension, 'recorded_name.wav');

/** None where the folder is not there yet: FreeSWITCH makes it with the first message. */
async function foldersIn(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if (isNoSuchFile(error)) return [];
    throw error;
  }
}

/** True for a file with sound in it; 44 bytes are its head alone. */
async function isFile(path: string): Promise<boolean> {
  try {
    const file = await stat(path);
    return file.isFile() && file.size > 44;
  } catch {
    return false;
  }
}
