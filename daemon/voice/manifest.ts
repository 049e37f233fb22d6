import { readFile } from 'node:fs/promises';
import { placeFile } from './place-file.ts';

/** What each prompt file was made from: its name to a hash of text and voice. */
export interface Manifest {
  get(id: string): string | undefined;
  set(id: string, key: string): void;
  /** How many have been set since it was last saved. */
  readonly unsaved: number;
  save(): Promise<void>;
}

/** One that is absent or damaged is empty: the prompts are made again. */
export async function openManifest(file: string): Promise<Manifest> {
  const keys = readKeys(await readFile(file, 'utf8').catch(() => ''));
  let unsaved = 0;
  return {
    get: (id) => keys.get(id),
    set(id, key) {
      keys.set(id, key);
      unsaved += 1;
    },
    get unsaved() {
      return unsaved;
    },
    async save() {
      if (unsaved === 0) return;
      unsaved = 0;
      await placeFile(file, `${JSON.stringify(Object.fromEntries(keys), undefined, 1)}\n`);
    },
  };
}

function readKeys(text: string): Map<string, string> {
  try {
    const read: unknown = JSON.parse(text);
    const entries: [string, unknown][] = Object.entries(read ?? {});
    return new Map(
      entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    return new Map();
  }
}
