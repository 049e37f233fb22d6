import { readdirSync, readFileSync } from 'node:fs';

/** Linux keeps the children of a process here, and each one's name. */
export function childOf(parent: number, name: string): number {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  const found = pids.find((pid) => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      return status.includes(`PPid:\t${parent}\n`) && status.startsWith(`Name:\t${name}\n`);
    } catch {
      return false;
    }
  });
  if (found === undefined) throw new Error(`${parent} has no child ${name}`);
  return Number(found);
}
