import type { Config } from '../../common/config.ts';
import type { DaemonStatus } from '../../daemon/status.ts';
import { daemonDown } from '../daemon-down.ts';
import { keeper } from '../keeper.ts';
import { type Finding, ok, wrong } from './finding.ts';

/** Does the daemon run, and has it FreeSWITCH? */
export function checkDaemon(config: Config, status: DaemonStatus | undefined): readonly Finding[] {
  const { found, mend } = daemonDown(config);
  if (status === undefined) return [wrong('daemon', found, mend)];
  return [ok('daemon', `answers, process ${status.pid}`), checkConnection(config, status)];
}

function checkConnection({ state, ports }: Config, { freeswitch }: DaemonStatus): Finding {
  switch (freeswitch.state) {
    case 'connected':
      return ok(
        'connection',
        `FreeSWITCH ${freeswitch.version} is connected, and accepts our password`,
      );
    case 'absent':
      return wrong(
        'connection',
        `no FreeSWITCH on 127.0.0.1:${ports.esl}: ${freeswitch.why}`,
        `${keeper.start('freeswitch')}; where it should be running, see ${keeper.log('freeswitch', state)} and ${state}/freeswitch/log/freeswitch.log`,
      );
    case 'refused':
      return wrong(
        'connection',
        freeswitch.why,
        `another FreeSWITCH may have that port (VAXEL_ESL_PORT moves ours); else see ESL_AUTH_REFUSED and ESL_ADDRESS_REFUSED in ${keeper.errors}`,
      );
  }
}
