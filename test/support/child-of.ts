import { readdirSync, readFileSync } from 'node:fs';

/** The child of this name that a process has now: Linux keeps them here, and each one's name. */
export function findChild(parent: number, name: string): number | undefined {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  const found = pids.find((pid) => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      return status.includes(`PPid:\t${parent}\n`) && status.startsWith(`Name:\t${name}\n`);
    } catch {
      return false;
    }
  });
  return found === undefined ? undefined : Number(found);
}

export function childOf(parent: number, name: string): number {
  const found = findChild(parent, name);
  if (found === undefined) throw new Error(`${parent} has no child ${name}`);
  return found;
}
