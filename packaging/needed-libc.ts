import { readFileSync } from 'node:fs';

/** The C library these binaries ask for: the highest version of any symbol they name, `2.34`. */
export function neededLibc(binaries: readonly string[]): string {
  const named = binaries.flatMap((binary) => [
    ...readFileSync(binary, 'latin1').matchAll(/GLIBC_2\.(\d+)/g),
  ]);
  return `2.${Math.max(...named.map(([, minor]) => Number(minor)))}`;
}
