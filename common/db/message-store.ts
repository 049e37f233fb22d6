import SQLite from 'better-sqlite3';
import type { EpochMs } from '../time.ts';
import { databaseError } from './errors.ts';

/**
 * FreeSWITCH's own database of messages (mod_voicemail.c, `vm_sql`), which it
 * makes with the first message. Its tables are its own; where it is away, and
 * where a message has had its time, we look into them.
 */
export interface MessageStore {
  /** Every message of a mailbox, oldest first. */
  list(mailbox: Mailbox): readonly Message[];
  /** Messages of a domain that were heard before a moment, saved ones too; some hundred at most. */
  heardBefore(domain: string, before: EpochMs): readonly Message[];
  /** The sound is the caller's to remove, after this. */
  remove(message: Message): void;
  /** Forgets every message and the choices of an owner. */
  removeMailbox(mailbox: Mailbox): void;
  /** Forgets rows whose sound `isKept` does not know. @returns how many. */
  dropWithoutSound(isKept: (path: string) => boolean): number;
  /** Its rows name sounds by absolute paths: makes those below `from` lie below `to`. */
  moveFolder(from: string, to: string): void;
  close(): void;
}

export interface Mailbox {
  readonly domain: string;
  readonly extension: string;
}

export interface Message {
  readonly uuid: string;
  readonly callerName: string;
  readonly callerNumber: string;
  /** Seconds since 1970, as FreeSWITCH counts. */
  readonly leftAt: number;
  /** 0: not heard yet. */
  readonly heardAt: number;
  readonly seconds: number;
  /** Absolute. */
  readonly file: string;
}

/** @param busyMs - how long FreeSWITCH may keep us waiting; nothing of this program runs meanwhile. */
export function openMessages(file: string, busyMs: number): MessageStore {
  const inWords = <Result>(work: () => Result): Result => {
    try {
      return work();
    } catch (error) {
      throw databaseError(error, file);
    }
  };
  const database = inWords(() => {
    const opened = new SQLite(file, { timeout: busyMs, fileMustExist: true });
    opened.pragma('secure_delete = ON');
    return opened;
  });
  const run = (text: string, ...values: readonly (string | number)[]): void => {
    inWords(() => database.prepare(text).run(...values));
  };
  const messages = (where: string, ...values: readonly (string | number)[]) =>
    inWords(() =>
      database.prepare<unknown[], Message>(`${MESSAGES} where ${where}`).all(...values),
    );
  return {
    list: ({ domain, extension }) =>
      messages('domain = ? and username = ? order by created_epoch', domain, extension),
    heardBefore: (domain, before) =>
      messages(
        'domain = ? and read_epoch between 1 and ? order by read_epoch limit 200',
        domain,
        Math.floor(before / 1000),
      ),
    remove: ({ uuid }) => {
      run('delete from voicemail_msgs where uuid = ?', uuid);
    },
    removeMailbox: ({ domain, extension }) => {
      for (const table of ['voicemail_msgs', 'voicemail_prefs']) {
        run(`delete from ${table} where domain = ? and username = ?`, domain, extension);
      }
    },
    dropWithoutSound: (isKept) => {
      const gone = messages('true').filter((message) => !isKept(message.file));
      for (const { uuid } of gone) run('delete from voicemail_msgs where uuid = ?', uuid);
      return gone.length;
    },
    moveFolder: (from, to) => {
      for (const [table, column] of PATHS) {
        run(
          `update ${table} set ${column} = ? || substr(${column}, ?) where substr(${column}, 1, ?) = ?`,
          ...[`${to}/`, from.length + 2, from.length + 1, `${from}/`],
        );
      }
    },
    close: () => {
      database.close();
    },
  };
}

const MESSAGES = `
  select uuid, cid_name as callerName, cid_number as callerNumber, created_epoch as leftAt,
    read_epoch as heardAt, message_len as seconds, file_path as file
  from voicemail_msgs`;

/** Where its tables hold absolute paths. */
const PATHS = [
  ['voicemail_msgs', 'file_path'],
  ['voicemail_prefs', 'name_path'],
  ['voicemail_prefs', 'greeting_path'],
] as const;
