import { z } from 'zod';
import { type EpochMs, epochMs } from '../../common/time.ts';

/** What a backup says of itself. */
export interface BackupHead {
  readonly format: typeof FORMAT;
  /** The vaxel that made it. */
  readonly version: string;
  /** What its database has had, oldest first. */
  readonly migrations: readonly string[];
  readonly madeAt: EpochMs;
  /** The state directory it was made of: FreeSWITCH's messages are named by absolute paths. */
  readonly state: string;
}

/** Grows when what a backup holds can no longer be read as before. */
export const FORMAT = 1;

export const headText = (head: BackupHead): string => `${JSON.stringify(head, undefined, 2)}\n`;

/** `newer`: it was made by a vaxel whose backups we cannot read. Undefined: it is none. */
export function readHead(text: string): BackupHead | 'newer' | undefined {
  const parsed = FORM.safeParse(readJson(text));
  if (!parsed.success) return undefined;
  const { format, ...rest } = parsed.data;
  if (format > FORMAT) return 'newer';
  return { ...rest, format: FORMAT, madeAt: epochMs(rest.madeAt) };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const FORM = z.object({
  format: z.int().min(1),
  version: z.string().max(100),
  migrations: z.array(z.string().max(100)).max(10_000),
  madeAt: z.int(),
  state: z.string().startsWith('/').max(4_096),
});
