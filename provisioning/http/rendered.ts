import NodeCache from 'node-cache';
import type { PhoneRecord } from '../../common/db/phones.ts';
import type { FileName } from '../files/file-name.ts';
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

/** About 50 MB of files at most; the time is in seconds. */
const CACHE = { stdTTL: 600, checkperiod: 60, maxKeys: 5_000, useClones: false };

export function createRenderer(
  deps: PhoneSourceDeps & { readonly revision: () => Promise<number> },
): Renderer {
  const cache = new NodeCache(CACHE);
  return async ({ phone, firmware = phone.firmware, file, name }) => {
    const key = `${phone.id} ${firmware ?? ''} ${name.toLowerCase()}`;
    const revision = await deps.revision();
    const kept = cache.get<Kept>(key);
    if (kept?.revision === revision) return kept.rendered;
    const described = await readPhone(deps, phone.id);
    const rendered = described && renderPhone({ ...described, firmware }, file);
    if (kept !== undefined || cache.getStats().keys < CACHE.maxKeys) {
      cache.set<Kept>(key, { revision, rendered });
    }
    return rendered;
  };
}

interface Kept {
  readonly revision: number;
  readonly rendered: Rendered | undefined;
}
