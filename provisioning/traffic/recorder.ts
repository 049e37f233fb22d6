import type { Db } from '../../common/db/open.ts';
import {
  type PhoneRequest,
  type PhoneSeen,
  type ServedFile,
  type Traffic,
  writeTraffic,
} from '../../common/db/phone-traffic.ts';
import { hasCode } from '../../common/errors.ts';
import { noteUploads, type PhoneUpload } from '../../common/db/phone-uploads.ts';
import { othersTurn } from '../../common/in-turns.ts';
import type { Log } from '../../common/log.ts';
import type { SecretBox } from '../../common/secret-box.ts';

/** Writes down what phones do, behind their backs: no request waits for it. */
export interface Recorder {
  note(request: PhoneRequest, seen: PhoneSeen, served?: ServedFile): void;
  noteUpload(upload: Upload): void;
  /** Writes what has gathered; fulfilled when all of it is in the database. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

type Upload = PhoneUpload & { readonly phoneId: string };

const EVERY_MS = 1_000;
/** Rows of one transaction; more wait for the next. */
const AT_ONCE = 200;
/** What gathers at most where the database cannot be written; the oldest is dropped. */
const KEPT = 100_000;

export function createRecorder(db: Db, box: SecretBox, log: Log): Recorder {
  let requests: PhoneRequest[] = [];
  let seen = new Map<string, PhoneSeen>();
  let served = new Map<string, ServedFile & { readonly phoneId: string }>();
  let uploads: Upload[] = [];
  let working: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    const batch = { requests, seen: [...seen.values()], served: [...served.values()] };
    requests = [];
    seen = new Map();
    served = new Map();
    const written = uploads;
    uploads = [];
    for (let at = 0; at < written.length; at += AT_ONCE) {
      await noteUploads(db, written.slice(at, at + AT_ONCE)).catch((error: unknown) => {
        if (!isLocked(error)) throw error;
        uploads.push(...written.slice(at, at + AT_ONCE));
      });
      await othersTurn();
    }
    for (let at = 0; at < longest(batch); at += AT_ONCE) {
      const slice = <Row>(rows: readonly Row[]) => rows.slice(at, at + AT_ONCE);
      const part = {
        requests: slice(batch.requests),
        seen: slice(batch.seen),
        served: slice(batch.served),
      };
      await writeTraffic(db, box, part).catch((error: unknown) => {
        // Another program is writing: this waits for the next round.
        if (!isLocked(error)) throw error;
        gather(part);
      });
      await othersTurn();
    }
  }

  function gather({ requests: more, seen: sightings, served: files }: Traffic): void {
    requests.unshift(...more);
    if (requests.length > KEPT) requests.length = KEPT;
    for (const one of sightings) if (!seen.has(one.phoneId)) seen.set(one.phoneId, one);
    for (const one of files) {
      const key = `${one.phoneId}/${one.file}`;
      if (!served.has(key)) served.set(key, one);
    }
  }

  const flush = (): Promise<void> =>
    (working = working.then(write).catch((err: unknown) => {
      log.warn({ err }, 'what phones asked for could not be written down');
    }));
  const timer = setInterval(() => void flush(), EVERY_MS);

  return {
    note: (request, sighting, file) => {
      requests.push(request);
      if (requests.length > KEPT) requests.shift();
      const { phoneId } = request;
      const { firmware = seen.get(phoneId)?.firmware } = sighting;
      seen.set(phoneId, { ...sighting, firmware });
      if (file !== undefined) served.set(`${phoneId}/${file.file}`, { ...file, phoneId });
    },
    noteUpload: (upload) => {
      uploads.push(upload);
      if (uploads.length > KEPT) uploads.shift();
    },
    flush,
    stop: async () => {
      clearInterval(timer);
      await flush();
    },
  };
}

const isLocked = (error: unknown): boolean => hasCode(error, 'DATABASE_LOCKED');

const longest = (batch: Readonly<Record<string, readonly unknown[]>>): number =>
  Math.max(...Object.values(batch).map((rows) => rows.length));
