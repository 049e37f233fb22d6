import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../common/config.ts';
import { layoutOf } from '../../daemon/freeswitch/layout.ts';
import type { FreeSwitchFacts } from '../../daemon/status.ts';
import { type Finding, ok, warning, wrong } from './finding.ts';

/** Has FreeSWITCH its modules and room for calls, and do the trunks answer? */
export function checkFreeSwitch(config: Config, facts: FreeSwitchFacts): readonly Finding[] {
  return [
    checkModules(config, facts),
    checkSessions(facts),
    ...checkFiles(config, facts),
    ...facts.trunks.map(checkTrunk),
  ];
}

function checkModules({ state }: Config, { missingModules }: FreeSwitchFacts): Finding {
  const log = `${layoutOf(state).log}/freeswitch.log`;
  return missingModules.length === 0
    ? ok('modules', 'FreeSWITCH has loaded all it is told to')
    : wrong(
        'modules',
        `FreeSWITCH lacks ${missingModules.join(', ')}`,
        `install the packages that hold them (freeswitch-mod-…), and see ${log} for why they do not load`,
      );
}

function checkSessions({ limits: { sessions, peak, perSecond } }: FreeSwitchFacts): Finding {
  const found = `${peak} of ${sessions} legs at once at most so far, ${perSecond} new ones a second`;
  return peak > sessions * NEARLY
    ? warning(
        'sessions',
        found,
        'raise max-sessions in freeswitch-conf/autoload_configs/switch.conf.xml',
      )
    : ok('sessions', found);
}

/** A leg needs about three: RTP, RTCP, and a file that is played or written. */
function checkFiles({ state }: Config, { limits }: FreeSwitchFacts): readonly Finding[] {
  const most = openFilesOf(join(layoutOf(state).run, 'freeswitch.pid'));
  if (most === undefined) return [];
  const found = `FreeSWITCH may open ${most} files`;
  return [
    most < limits.sessions * FILES_A_LEG
      ? warning(
          'files',
          `${found}: too few for ${limits.sessions} legs`,
          `LimitNOFILE=${limits.sessions * FILES_A_LEG} in its unit, or ulimit -n before npm start`,
        )
      : ok('files', found),
  ];
}

/** @returns undefined where the process is not there, or not ours to look at. */
function openFilesOf(pidFile: string): number | undefined {
  try {
    const pid = Number(readFileSync(pidFile, 'utf8'));
    const limits = readFileSync(`/proc/${pid}/limits`, 'utf8');
    const [, soft] = /^Max open files +(\d+)/m.exec(limits) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}

const checkTrunk = ({ name, up, why }: FreeSwitchFacts['trunks'][number]): Finding =>
  up
    ? ok('trunk', `${name} is up`)
    : wrong(
        'trunk',
        `${name} is down: ${why}`,
        'see its host, the firewall, and user name and password (vaxel trunk list); else ask the carrier',
      );

const FILES_A_LEG = 3;
const NEARLY = 0.8;
