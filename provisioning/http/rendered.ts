import type { PhoneRecord } from '../../common/db/phones.ts';
import type { FileName } from '../files/file-name.ts';
import { type CacheOptions, rememberByRevision } from './by-revision.ts';
import type { Phone } from '../phone/phone.ts';
import {
  type PhoneSourceDeps,
  readPhone,
  type Rendered,
  renderPhone,
} from '../source/files-of-phone.ts';

/** Renders the files of phones, and keeps them until the database's revision moves. */
export type Renderer = (wanted: Wanted) => Promise<Rendered | undefined>;

export interface Wanted {
  readonly phone: PhoneRecord;
  /** What the phone runs, as it says now; undefined: as it said last. */
  readonly firmware: string | undefined;
  readonly file: FileName;
  readonly name: string;
}

/** About 10 MB of files at most. */
const FILES: CacheOptions = { stdTTL: 600, checkperiod: 60, most: 1_000 };
/** A phone asks for a dozen files when it starts, and then for a night for none. */
const PHONES: CacheOptions = { stdTTL: 30, checkperiod: 10, most: 500 };

export function createRenderer(
  phoneOf: (id: string) => Promise<Phone | undefined>,
  revisionNow: () => number,
): Renderer {
  const cached = rememberByRevision<Rendered | undefined>(FILES, revisionNow);
  return ({ phone, firmware = phone.firmware, file, name }) =>
    cached(`${phone.id} ${firmware ?? ''} ${name.toLowerCase()}`, async () => {
      const described = await phoneOf(phone.id);
      return described && renderPhone({ ...described, firmware }, file);
    });
}

/** Reads phones from the database, once for all the files that each asks for. */
export function rememberPhones(
  deps: PhoneSourceDeps,
  revisionNow: () => number,
): (id: string) => Promise<Phone | undefined> {
  const cached = rememberByRevision<Phone | undefined>(PHONES, revisionNow);
  return (id) => cached(id, () => readPhone(deps, id));
}
