/**
 * What a backup holds, as paths below the state directory. All else there can be
 * made again: FreeSWITCH's configuration, spoken prompts, logs.
 */
export const KEPT_FOLDERS = [
  'cdr',
  'secrets',
  'voicemail',
  'greetings',
  'prompts/recorded',
  'uploads',
  'phone-files',
  'provisioning',
  'freeswitch/tls',
] as const;

export const DATABASE = 'vaxel.db';
export const MESSAGES = 'voicemail/messages.db';
export const CONFIGURATION = 'vaxel.toml';

/** Says what the backup is: its first file. */
export const HEAD = 'backup.json';
/** As sha256sum writes and reads it: its last file. */
export const SUMS = 'SHA256SUMS';

/** Files that belong to a database which is copied by itself. */
export const isPartOfDatabase = (path: string): boolean =>
  /^(vaxel|voicemail\/messages)\.db(-(journal|wal|shm))?$/.test(path);

/**
 * Whether a backup may hold a file of that name: it lies in one of our folders,
 * and nothing in it leads out of there or steers a terminal.
 */
export function isKept(path: string): boolean {
  if (path === DATABASE || path === CONFIGURATION) return true;
  return (
    path.length <= LONGEST &&
    !/[\p{Cc}\\]/u.test(path) &&
    !path.split('/').some((name) => name === '' || name === '.' || name === '..') &&
    KEPT_FOLDERS.some((folder) => path.startsWith(`${folder}/`))
  );
}

/** Characters. Ours are shorter than 200. */
const LONGEST = 1_000;
