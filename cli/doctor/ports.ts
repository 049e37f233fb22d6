import type { Config } from '../../common/config.ts';
import type { DaemonStatus } from '../../daemon/status.ts';
import { type PortSeen, surveyPorts } from '../start/ports.ts';
import { keeper } from '../keeper.ts';
import { type Finding, ok, warning, wrong } from './finding.ts';

/** While vaxel runs, its ports are taken; while it does not, they are free. */
export async function checkPorts(
  config: Config,
  status: DaemonStatus | undefined,
): Promise<readonly Finding[]> {
  const seen = await surveyPorts(config);
  const ours = await whetherHealthy(config.ports.provisioningMonitor);
  const findings =
    status === undefined
      ? seen.flatMap(takenByOthers)
      : seen.flatMap((one) => [
          ...silent(status.freeswitch.state, config.state)(one),
          ...foreign(ours)(one),
        ]);
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

/** Somebody is at the door for phones, and it is not us: we would be at our own door, too. */
const foreign =
  (ours: boolean | undefined) =>
  ({ free, host, port, variable }: PortSeen): readonly Finding[] => {
    if (free || ours !== false || !FOR_PHONES.test(variable)) return [];
    const mend = `see which (ss -ltnp) and stop it, or move ours with ${variable}; then ${keeper.start('vaxel-provisioning')}`;
    return [wrong('ports', `another program than vaxel-provisioning has ${host}:${port}`, mend)];
  };

const FOR_PHONES = /^VAXEL_PROVISIONING_(YEALINK_|POLYCOM_)?PORT$/;

/** Undefined where the port is off. */
async function whetherHealthy(port: number | undefined): Promise<boolean | undefined> {
  if (port === undefined) return undefined;
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`, {
      signal: AbortSignal.timeout(2_000),
      headers: { connection: 'close' },
    });
    return answer.ok;
  } catch {
    return false;
  }
}

const silent =
  (freeswitch: DaemonStatus['freeswitch']['state'], state: string) =>
  ({ free, of, host, port, variable }: PortSeen): readonly Finding[] => {
    if (!free || (of === 'freeswitch' && freeswitch !== 'connected')) return [];
    const who = of === 'freeswitch' ? 'freeswitch' : 'vaxel-provisioning';
    const mend = `see why in its log, ${keeper.log(who, state)}; ${variable} moves the port`;
    return [wrong('ports', `nobody listens on ${host}:${port}`, mend)];
  };
