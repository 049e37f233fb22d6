import type { Config } from '../../common/config.ts';
import type { DaemonStatus } from '../../daemon/status.ts';
import { type PortSeen, surveyPorts } from '../start/ports.ts';
import { type Finding, ok, warning, wrong } from './finding.ts';

/** While vaxel runs, its ports are taken; while it does not, they are free. */
export async function checkPorts(
  config: Config,
  status: DaemonStatus | undefined,
): Promise<readonly Finding[]> {
  const seen = await surveyPorts(config);
  const findings =
    status === undefined
      ? seen.flatMap(takenByOthers)
      : seen.flatMap(silent(status.freeswitch.state));
  const all = seen.map(({ port }) => port).join(', ');
  const fine = status === undefined ? `free: ${all}` : `somebody listens on ${all}`;
  return findings.length === 0 ? [ok('ports', fine)] : findings;
}

/** A warning: FreeSWITCH goes on while the daemon is away, and provisioning may. */
function takenByOthers({ free, host, port, variable }: PortSeen): readonly Finding[] {
  if (free) return [];
  const mend = `where that is no part of vaxel, move ours with ${variable}`;
  return [warning('ports', `something listens on ${host}:${port}`, mend)];
}

const silent =
  (freeswitch: DaemonStatus['freeswitch']['state']) =>
  ({ free, of, host, port, variable }: PortSeen): readonly Finding[] => {
    if (!free || (of === 'freeswitch' && freeswitch !== 'connected')) return [];
    const who = of === 'freeswitch' ? 'FreeSWITCH' : 'vaxel-provisioning';
    const mend = `see the log of ${who}; ${variable} moves the port`;
    return [wrong('ports', `nobody listens on ${host}:${port}`, mend)];
  };
