import { existsSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { greetingIds } from '../../common/db/greetings.ts';
import { type MessageStore, openMessages } from '../../common/db/message-store.ts';
import type { Db } from '../../common/db/open.ts';
import { listOrganisations } from '../../common/db/organisations.ts';
import { listUsers } from '../../common/db/users.ts';
import { othersTurn } from '../../common/in-turns.ts';
import { type EpochMs, epochMs } from '../../common/time.ts';
import type { Layout } from '../freeswitch/layout.ts';

/** Removes messages that were heard before a moment. @returns how many. */
export async function forgetHeard(
  layout: Layout,
  domain: string,
  before: EpochMs,
): Promise<number> {
  return withMessages(layout, 0, async (store) => {
    let all = 0;
    for (;;) {
      const heard = store.heardBefore(domain, before);
      for (const message of heard) {
        store.remove(message);
        if (message.file.startsWith(`${layout.voicemail}/`))
          await rm(message.file, { force: true });
        await othersTurn();
      }
      all += heard.length;
      if (heard.length === 0) return all;
    }
  });
}

/**
 * Removes greetings and mailboxes of people who are no more: who gets their
 * extension next must not hear them. @returns how many.
 */
export async function forgetLeftBehind(db: Db, layout: Layout, now: EpochMs): Promise<number> {
  let all = 0;
  const greetings = await namesIn(layout.greetings);
  const known = await greetingIds(db);
  for (const name of greetings) {
    const file = join(layout.greetings, name);
    // A greeting has its file before its row.
    if (known.has(name.replace(/\.wav$/, '')) || (await ageOf(file, now)) < DAY_MS) continue;
    await rm(file, { force: true });
    all += 1;
  }
  for (const { id, domain } of await listOrganisations(db)) {
    const mailboxes = await namesIn(join(layout.voicemail, domain));
    const people = new Set<string>((await listUsers(db, id)).map(({ extension }) => extension));
    for (const extension of mailboxes) {
      if (!/^\d+$/.test(extension) || people.has(extension)) continue;
      await withMessages(layout, undefined, async (store) => {
        store.removeMailbox({ domain, extension });
      });
      await rm(join(layout.voicemail, domain, extension), { recursive: true, force: true });
      all += 1;
    }
  }
  return all;
}

/** Removes the files of a folder that were last written before a moment. @returns how many. */
export async function forgetFiles(folder: string, before: EpochMs): Promise<number> {
  let all = 0;
  for (const name of await namesIn(folder)) {
    const file = join(folder, name);
    if ((await ageOf(file, before)) <= 0) continue;
    await rm(file, { force: true, recursive: true });
    all += 1;
  }
  return all;
}

/** @returns `none` where FreeSWITCH has taken no message yet. */
async function withMessages<Result>(
  layout: Layout,
  none: Result,
  work: (store: MessageStore) => Promise<Result>,
): Promise<Result> {
  const file = join(layout.voicemail, 'messages.db');
  if (!existsSync(file)) return none;
  const store = openMessages(file, BUSY_MS);
  try {
    return await work(store);
  } finally {
    store.close();
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}

/** Milliseconds; of what is gone, none. */
async function ageOf(file: string, now: EpochMs): Promise<number> {
  const found = await stat(file).catch(() => undefined);
  return found === undefined ? 0 : epochMs(now - found.mtimeMs);
}

const BUSY_MS = 100;
const DAY_MS = 24 * 3_600_000;
