import { spawnSync } from 'node:child_process';
import type { EpochMs } from '../../common/time.ts';
import type { FreeSwitchFacts } from '../../daemon/status.ts';
import { type Finding, ok, warning, wrong } from './finding.ts';

/** Is the machine's clock kept by something, and has FreeSWITCH the same? */
export function checkClock(
  path: string | undefined,
  facts: FreeSwitchFacts | undefined,
  now: EpochMs,
): readonly Finding[] {
  return [checkKept(path), ...(facts === undefined ? [] : [checkFreeSwitch(facts, now)])];
}

/** Asks systemd, which knows of every keeper that tells the kernel (timedatectl(1), `NTPSynchronized`). */
function checkKept(path: string | undefined): Finding {
  const { stdout, error } = spawnSync(
    'timedatectl',
    ['show', '--property=NTPSynchronized', '--value'],
    { encoding: 'utf8', timeout: 3_000, env: { PATH: path } },
  );
  switch (error === undefined ? stdout.trim() : '') {
    case 'yes':
      return ok('clock', 'kept by NTP');
    case 'no':
      return warning(
        'clock',
        'nobody keeps it right: hours, statuses and call times go by it',
        'install systemd-timesyncd or chrony, and let NTP through the firewall',
      );
    default:
      return ok('clock', 'nobody here can say whether NTP keeps it');
  }
}

/** FreeSWITCH counts its own time on from its start, and does not follow a clock that is set. */
function checkFreeSwitch({ now: theirs }: FreeSwitchFacts, now: EpochMs): Finding {
  const apart = Math.round(Math.abs(theirs - now) / 1_000);
  return apart <= APART_S
    ? ok('clock', 'FreeSWITCH has the same')
    : wrong(
        'clock',
        `FreeSWITCH’s is ${apart} seconds from this machine’s, as after the clock was set`,
        'fs_cli -x "fsctl sync_clock_when_idle", or start FreeSWITCH again when nobody talks',
      );
}

/** Seconds; it says whole ones, and the answer takes its time. */
const APART_S = 5;
