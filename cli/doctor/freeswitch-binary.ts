import { spawnSync } from 'node:child_process';
import type { Config } from '../../common/config.ts';
import { findFreeSwitch } from '../../daemon/freeswitch/find-binary.ts';
import { isBelowSafe, SAFE_VERSION } from '../../daemon/freeswitch/version.ts';
import { type Finding, ok, warning, wrong } from './finding.ts';

/** Is there a FreeSWITCH to start, and is it one without known holes? */
export function checkFreeSwitchBinary(config: Config, path: string | undefined): Finding {
  const binary = findFreeSwitch(config.freeswitch, path);
  if (binary === undefined) {
    const where = config.freeswitch ?? 'PATH or /usr/local/freeswitch/bin';
    return wrong(
      'freeswitch',
      `there is no FreeSWITCH binary at ${where}`,
      'install FreeSWITCH, or set FREESWITCH to the path of its binary',
    );
  }
  const version = versionOf(binary);
  if (version === undefined) {
    return wrong(
      'freeswitch',
      `${binary} does not tell its version`,
      `run ${binary} -version by hand`,
    );
  }
  return isBelowSafe(version)
    ? warning(
        'freeswitch',
        `${binary} is ${version}, which has known holes`,
        `install ${SAFE_VERSION} or later`,
      )
    : ok('freeswitch', `${binary} is ${version}`);
}

/** `FreeSWITCH version: 1.10.12-release~64bit ( 64bit)` */
function versionOf(binary: string): string | undefined {
  const { stdout } = spawnSync(binary, ['-version'], { encoding: 'utf8', timeout: 5_000 });
  return /version: (\d+\.\d+\.\d+)/.exec(stdout)?.[1];
}
