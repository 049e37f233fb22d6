import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Uploaded } from '../uploads/store.ts';

/** Firmware, languages, pictures and sounds that an administrator laid into one folder, for every phone alike. */
export interface ResourceFolder {
  /** The name has been read by grammar: plain letters, and one folder at most. */
  open(name: string): Promise<Uploaded | undefined>;
}

export function openResources(folder: string): ResourceFolder {
  return {
    open: async (name) => {
      const path = join(folder, name);
      const found = await stat(path).catch(() => undefined);
      if (found?.isFile() !== true) return undefined;
      return { bytes: found.size, read: () => createReadStream(path) };
    },
  };
}
