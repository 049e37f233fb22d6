import { chmodSync, existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeSwitchBinary } from './exchange.ts';

/** A wall clock that a test steps; time since the start of the machine goes on as it does. */
export interface FakedClock {
  /** How far it goes before the real one, in milliseconds. */
  set(aheadMs: number): void;
  /** A FreeSWITCH by that clock, for `FREESWITCH`. */
  freeSwitch(): string;
  /** For everything of ours, and a FreeSWITCH by the real one. */
  ours(): Readonly<Record<string, string>>;
}

/** Undefined where there is no libfaketime: Debian's package, or where it is only unpacked the environment says where. */
export function fakedClock(): FakedClock | undefined {
  const library = [
    process.env['LIBFAKETIME'] ?? '',
    '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1',
  ].find((file) => file !== '' && existsSync(file));
  if (library === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'vaxel-clock-'));
  const faked = {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: join(folder, 'clock'),
    FAKETIME_NO_CACHE: '1',
    DONT_FAKE_MONOTONIC: '1',
  };
  const wrapper = (settings: string) => {
    const file = join(folder, 'freeswitch');
    writeFileSync(file, `#!/bin/sh\n${settings}\nexec '${freeSwitchBinary ?? ''}' "$@"\n`);
    chmodSync(file, 0o700);
    return file;
  };
  const set = (aheadMs: number) => {
    writeFileSync(faked.FAKETIME_TIMESTAMP_FILE, `+${(aheadMs / 1_000).toFixed(3)}\n`);
  };
  set(0);
  return {
    set,
    freeSwitch: () =>
      wrapper(
        `export ${Object.entries(faked)
          .map(([name, value]) => `${name}='${value}'`)
          .join(' ')}`,
      ),
    ours: () => ({ ...faked, FREESWITCH: wrapper('unset LD_PRELOAD') }),
  };
}
