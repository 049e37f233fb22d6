import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import { encodeWav } from '../../daemon/voice/wav.ts';

export interface Left {
  readonly extension: string;
  readonly from: string;
  /** Seconds since 1970, as FreeSWITCH counts. */
  readonly at: number;
  /** When it was heard; 0: not yet. */
  readonly readAt?: number;
  readonly domain?: string;
}

/** Leaves a message as FreeSWITCH does: a sound, and a row that names it. */
export function leaveMessage(
  state: string,
  { extension, from, at, readAt = 0, domain = 'anka.example' }: Left,
): { readonly uuid: string; readonly path: string } {
  const uuid = randomUUID();
  const folder = join('voicemail', domain, extension);
  const path = join(folder, `msg_${uuid}.wav`);
  mkdirSync(join(state, folder), { recursive: true });
  const samples = Int16Array.from({ length: 4_000 }, (_, n) => 9_000 * Math.sin(n * at));
  writeFileSync(join(state, path), encodeWav({ rate: 8_000, samples }));
  const database = new SQLite(join(state, 'voicemail', 'messages.db'));
  database.exec(TABLES);
  const row = [at, readAt, extension, domain, uuid, 'Åsa', from, 'inbox', join(state, path), 1];
  database.prepare(`insert into voicemail_msgs values (?,?,?,?,?,?,?,?,?,?,'','','')`).run(...row);
  database.close();
  return { uuid, path };
}

/** The columns of mod_voicemail.c, `vm_sql` and `vm_pref_sql`. */
const TABLES = `
  create table if not exists voicemail_msgs (
    created_epoch integer, read_epoch integer, username varchar(255), domain varchar(255),
    uuid varchar(255), cid_name varchar(255), cid_number varchar(255), in_folder varchar(255),
    file_path varchar(255), message_len integer, flags varchar(255), read_flags varchar(255),
    forwarded_by varchar(255));
  create table if not exists voicemail_prefs (
    username varchar(255), domain varchar(255), name_path varchar(255),
    greeting_path varchar(255), password varchar(255));
`;
