import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import SQLite from 'better-sqlite3';
import { type ErrorCode, VaxelError } from '../errors.ts';

/** What SQLite said, as one of our errors: which kind, which file, what to do. */
export function databaseError(error: unknown, file: string): VaxelError {
  if (error instanceof VaxelError) return error;
  const sqlite = codeOf(error);
  const { code, advice } = kindOf(isFull(file) ? 'SQLITE_FULL' : sqlite);
  return new VaxelError(
    code,
    `the database ${file} ${advice}${code === 'DATABASE_FAILED' ? `: ${textOf(error)}` : ''}`,
    { file, sqlite },
    { cause: error },
  );
}

/** SQLite calls a full disk by many names: which, depends on the file it was about to let grow. */
function isFull(file: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dirname(file));
    return bavail * bsize < NEEDED;
  } catch {
    return false;
  }
}

/** Bytes; less than its shared memory file alone (sqlite.org/walformat.html §2.2). */
const NEEDED = 32_768;

interface Kind {
  readonly code: ErrorCode;
  readonly advice: string;
}

/** By the primary result code; the extended ones begin with it (sqlite.org/rescode.html). */
function kindOf(sqlite: string): Kind {
  return KINDS.find(([pattern]) => pattern.test(sqlite))?.[1] ?? FAILED;
}

function codeOf(error: unknown): string {
  if (error instanceof SQLite.SqliteError) return error.code;
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const FAILED: Kind = { code: 'DATABASE_FAILED', advice: 'did not do as it was asked' };

const KINDS: readonly (readonly [RegExp, Kind])[] = [
  [
    /^SQLITE_(BUSY|LOCKED)/,
    {
      code: 'DATABASE_LOCKED',
      advice:
        'is locked by another program: wait and try again, and look for a backup or a database shell left open on it',
    },
  ],
  [
    /^SQLITE_(CORRUPT|NOTADB)/,
    {
      code: 'DATABASE_CORRUPT',
      advice:
        'is damaged: stop vaxel, keep the file aside, and put back the latest backup (files named .before-… lie beside it)',
    },
  ],
  [
    /^(SQLITE_FULL|ENOSPC)/,
    {
      code: 'DISK_FULL',
      advice: 'cannot grow, the disk is full: free some space; nothing was half-written',
    },
  ],
  [
    /^(EMFILE|ENFILE)/,
    {
      code: 'DATABASE_FAILED',
      advice: 'cannot be opened, too many files are open: raise the limit (LimitNOFILE, ulimit -n)',
    },
  ],
  [
    /^EROFS/,
    {
      code: 'DATABASE_FAILED',
      advice:
        'cannot be written, its disk is mounted read only: see dmesg for why, and mount it anew',
    },
  ],
  [
    /^SQLITE_(CANTOPEN|READONLY|PERM|AUTH)|^(EACCES|EPERM|ENOENT|ENOTDIR|EISDIR)/,
    {
      code: 'DATABASE_FAILED',
      advice: 'cannot be opened for writing: see that its directory is there and owned by vaxel',
    },
  ],
];
