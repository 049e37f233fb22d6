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

/** The SIP dialog of a subscription, in FreeSWITCH’s words; from a phone, and to be read as such. */
export interface StandingDialog {
  readonly id: number;
  /** With `vaxel-` before it where the daemon serves it (freeswitch-conf/sip_profiles/devices.xml, vaxel_orphan). */
  readonly event: string;
  readonly proto: string;
  readonly name: string;
  readonly domain: string;
  readonly watcher: string;
  readonly contact: string;
  readonly callId: string;
  /** The phone’s side, with its tag. */
  readonly phone: string;
  /** FreeSWITCH’s side, with its tag. */
  readonly exchange: string;
}

/**
 * Who watches what, by the table that FreeSWITCH keeps over its own restarts, and ours.
 * Read a page at a time and without ever writing, so that neither FreeSWITCH nor our
 * event loop waits. It is a private table of mod_sofia (sofia_glue.c): where it cannot be
 * read, or looks otherwise, nobody is known to watch until the phones renew.
 */
export const readStandingSubscriptions = (file: string): Promise<readonly StandingRow[]> =>
  readPages<StandingRow>(file, WATCHED);

/** Every dialog in which FreeSWITCH sends NOTIFYs, of lamps and of mailboxes. */
export const readStandingDialogs = (file: string): Promise<readonly StandingDialog[]> =>
  readPages<StandingDialog>(file, DIALOGS);

async function readPages<Row extends { readonly id: number }>(
  file: string,
  sql: string,
): Promise<readonly Row[]> {
  const db = new SQLite(file, { readonly: true, fileMustExist: true, timeout: 20 });
  try {
    const page = db.prepare<[number], Row>(sql);
    const rows: Row[] = [];
    for (let after = 0; ;) {
      const some = page.all(after);
      const last = some.at(-1);
      if (last === undefined) return rows;
      rows.push(...some);
      after = last.id;
      await othersTurn();
    }
  } finally {
    db.close();
  }
}

const WATCHED = `
  select rowid as id, proto, sub_to_user as name, sub_to_host as domain, call_id as callId,
    sip_user || '@' || sip_host as watcher, expires
  from sip_subscriptions where rowid > ? and event in ('dialog', 'presence', 'vaxel-dialog') order by rowid limit 250`;

const DIALOGS = `
  select rowid as id, event, proto, sub_to_user as name, sub_to_host as domain,
    sip_user || '@' || sip_host as watcher, contact, call_id as callId, full_from as phone, full_to as exchange
  from sip_subscriptions where rowid > ? order by rowid limit 250`;
