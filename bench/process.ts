import { readdirSync, readFileSync } from 'node:fs';

/** Processor time a process has used so far, user and system (proc(5), fields 14 and 15). */
export function cpuMs(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is a name in parentheses, which may hold blanks.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}

/** Resident memory, in megabytes of 2^20 bytes. */
export function residentMb(pid: number): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(text)?.[1] ?? NaN) / 1_024;
}

/** The child of a process that has this on its command line, which a program may set as its title. @throws where there is none. */
export function childRunning(parent: number, what: string): number {
  const found = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .find((pid) => {
      try {
        const isChild = readFileSync(`/proc/${pid}/status`, 'utf8').includes(`PPid:\t${parent}\n`);
        return isChild && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(what);
      } catch {
        return false;
      }
    });
  if (found === undefined) throw new Error(`${parent} has no child that runs ${what}`);
  return Number(found);
}

/** USER_HZ is 100 on every Linux that Node runs on. */
const MS_PER_TICK = 10;
