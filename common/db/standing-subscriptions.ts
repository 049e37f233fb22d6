import SQLite from 'better-sqlite3';
import { othersTurn } from '../in-turns.ts';

/** A row of FreeSWITCH’s own table of SIP subscriptions. */
export interface StandingRow {
  readonly id: number;
  /** What presence_map.conf put it under, or what stands before the plus sign of the key. */
  readonly proto: string;
  readonly name: string;
  readonly domain: string;
  readonly callId: string;
  readonly watcher: string;
  /** Seconds since 1970. */
  readonly expires: number;
}

/**
 * Who watches what, by the table that FreeSWITCH keeps over its own restarts, and ours.
 * Read a page at a time and without ever writing, so that neither FreeSWITCH nor our
 * event loop waits. It is a private table of mod_sofia (sofia_glue.c): where it cannot be
 * read, or looks otherwise, nobody is known to watch until the phones renew.
 */
export async function readStandingSubscriptions(file: string): Promise<readonly StandingRow[]> {
  const db = new SQLite(file, { readonly: true, fileMustExist: true, timeout: 20 });
  try {
    const page = db.prepare<[number], StandingRow>(PAGE);
    const rows: StandingRow[] = [];
    for (let after = 0; ; await othersTurn()) {
      const some = page.all(after);
      const last = some.at(-1);
      if (last === undefined) return rows;
      rows.push(...some);
      after = last.id;
    }
  } finally {
    db.close();
  }
}

const PAGE = `
  select rowid as id, proto, sub_to_user as name, sub_to_host as domain, call_id as callId,
    sip_user || '@' || sip_host as watcher, expires
  from sip_subscriptions where rowid > ? and event = 'dialog' order by rowid limit 250`;
