import { chmodSync, chownSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Whose a file or folder is, and who may do what with it. */
export interface Rights {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

/**
 * What a folder of the state gets: what it has here, else what the nearest above
 * it has. The package gives folders to several users and groups; elsewhere all
 * are of one.
 *
 * @param path - below `state`, which is there; `.` is that itself.
 */
export function folderRights(state: string, path: string): Rights {
  const found = statSync(join(state, path), { throwIfNoEntry: false });
  if (found?.isDirectory() !== true) return folderRights(state, dirname(path));
  return { uid: found.uid, gid: found.gid, mode: found.mode & 0o7777 };
}

/** What a file gets: what the one of its name has here, else what its folder lets its group do. */
export function fileRights(state: string, path: string): Rights {
  const found = statSync(join(state, path), { throwIfNoEntry: false });
  if (found?.isFile() === true) return { uid: found.uid, gid: found.gid, mode: found.mode & 0o660 };
  const { uid, gid, mode } = folderRights(state, dirname(path));
  return { uid, gid, mode: 0o600 | (mode & 0o060) };
}

/** Makes one folder, and gives it away where we may. */
export function makeFolder(path: string, { uid, gid, mode }: Rights): void {
  mkdirSync(path, { mode: 0o700 });
  if (process.getuid?.() === 0) chownSync(path, uid, gid);
  chmodSync(path, mode);
}
