import { hasCode } from '../../common/errors.ts';
import type { Log } from '../../common/log.ts';
import type { Clock } from '../../common/time.ts';
import { othersTurn } from '../../common/in-turns.ts';
import type { Contacts } from '../routing/contacts.ts';
import type { Directory } from '../routing/directory.ts';
import type { Presence } from '../routing/presence.ts';
import {
  callerTable,
  type FallbackTable,
  personTable,
  rulesTable,
  type SoundOf,
  trustTable,
} from './fallback-table.ts';

/** Keeps in FreeSWITCH what it goes by while no daemon lives. */
export interface Fallback {
  /** Tells what has changed since; one at a time. Never rejects. */
  renew(): Promise<void>;
  /** FreeSWITCH is new, or may have been told by another: it is asked what it holds. */
  again(): void;
}

export interface FallbackDeps {
  readonly world: () => Pictures;
  readonly soundOf: SoundOf;
  readonly clock: Clock;
  /** One command to FreeSWITCH; undefined where there is none. */
  readonly tell: () => ((command: string) => Promise<string>) | undefined;
  readonly log: Log;
}

interface Pictures {
  readonly directory: Directory;
  readonly presence: Presence;
  readonly contacts: Contacts;
}

export function keepFallback({ world, soundOf, clock, tell, log }: FallbackDeps): Fallback {
  let told: Map<string, string> | undefined;
  let marks: FallbackTable = new Map();
  let marked = '';
  let done = '';
  let failing = false;
  let working: Promise<void> = Promise.resolve();

  async function wanted({ directory, presence, contacts }: Pictures): Promise<FallbackTable> {
    const revision = `${directory.revision} ${contacts.revision}`;
    if (revision !== marked) {
      marks = new Map([
        ...rulesTable(directory),
        ...trustTable(directory),
        ...callerTable(contacts, directory),
      ]);
      marked = revision;
    }
    return new Map([...marks, ...(await personTable(directory, presence, soundOf, clock()))]);
  }

  async function bring(say: (command: string) => Promise<string>): Promise<void> {
    const pictures = world();
    const { directory, presence, contacts } = pictures;
    const revisions = `${directory.revision} ${presence.revision} ${contacts.revision}`;
    if (told !== undefined && revisions === done) return;
    const table = await wanted(pictures);
    told ??= readDump(await say('hash_dump db vaxel').catch(nothing));
    let count = 0;
    for (const key of [...told.keys()].filter((each) => !table.has(each))) {
      await say(`hash delete/${REALM}/${key}`).catch(nothing);
      told.delete(key);
    }
    for (const [key, value] of table) {
      if (told.get(key) === value) continue;
      await say(`hash insert/${REALM}/${key}/${value}`);
      told.set(key, value);
      count += 1;
      if (count % AT_ONCE === 0) await othersTurn();
    }
    // A name that is still being spoken is told of once it is: then this is looked at again.
    done = isWhole(table) ? revisions : '';
  }

  return {
    renew() {
      working = working.then(async () => {
        const say = tell();
        if (say === undefined) return;
        try {
          await bring(say);
          failing = false;
        } catch (err) {
          told = undefined;
          if (!failing) log.warn({ err }, 'freeswitch could not be told what holds without us');
          failing = true;
        }
      });
      return working;
    },
    again() {
      told = undefined;
    },
  };
}

const isWhole = (table: FallbackTable): boolean =>
  [...table].every(([key, value]) => !key.startsWith('away-') || !value.endsWith('|'));

/** Lines such as `D/vaxel_away-100@anka.example/<value>` (mod_hash.c, `hash_dump_function`). */
export function readDump(text: string): Map<string, string> {
  const found = text.matchAll(/^D\/vaxel_([^/\n]+)\/(.*)$/gm);
  return new Map([...found].map(([, key = '', value = '']) => [key, value]));
}

/** The event socket makes an error of an empty answer: `-ERR no reply`. */
function nothing(error: unknown): string {
  if (hasCode(error, 'ESL_COMMAND_FAILED')) return '';
  throw error;
}

const REALM = 'vaxel';
const AT_ONCE = 50;
