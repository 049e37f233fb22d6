import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LegId } from './call/event.ts';
import type { Layout } from './freeswitch/layout.ts';
import { greetingApart } from './voice/greeting-apart.ts';
import { placeFile } from './voice/place-file.ts';

/** The sounds of greetings that people record by telephone. */
export interface GreetingFiles {
  /** What was recorded on a call, as calls play it; undefined where there is nothing to hear. */
  taken(leg: LegId): Promise<Buffer | undefined>;
  put(id: string, sound: Buffer): Promise<void>;
  remove(id: string): Promise<void>;
}

export function greetingFiles({
  greetings,
  takes,
}: Pick<Layout, 'greetings' | 'takes'>): GreetingFiles {
  return {
    async taken(leg) {
      const bytes = await readFile(takeFile(takes, leg)).catch(() => undefined);
      return bytes && (await greetingApart({ bytes, longestSeconds: LONGEST_TAKE_SECONDS }));
    },
    async put(id, sound) {
      await mkdir(greetings, { recursive: true, mode: 0o755 });
      await placeFile(join(greetings, `${id}.wav`), sound);
    },
    async remove(id) {
      await rm(join(greetings, `${id}.wav`), { force: true });
    },
  };
}

/** Where FreeSWITCH puts what is recorded on a call (freeswitch-conf/dialplan/plan.xml). */
export const takeFile = (takes: string, leg: LegId): string => join(takes, `${leg}.wav`);

/** FreeSWITCH ends a recording once its 120 seconds are more than over, by whole seconds (switch_ivr_play_say.c, `switch_ivr_record_file_event`). */
const LONGEST_TAKE_SECONDS = 125;
