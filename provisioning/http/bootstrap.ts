import type { Config } from '../../common/config.ts';
import type { UserAgent } from '../models/user-agent.ts';
import { originsOf } from '../source/server-address.ts';
import type { Asked } from './path.ts';

/**
 * What plain HTTP gives where secrets may not travel by it: where to come
 * instead. The same for every phone of a vendor, known or not.
 */
export function bootstrapFile(
  { by, file }: Asked,
  agent: UserAgent | undefined,
  config: Config,
): Buffer | undefined {
  if (by.kind !== 'bare' || agent === undefined) return undefined;
  const url = originsOf(config, agent.vendor).encrypted;
  if (url === undefined) return undefined;
  const first = agent.vendor === 'Yealink' ? file.kind === 'config' : isMaster(file.kind);
  return first ? Buffer.from(TEXT[agent.vendor](url)) : undefined;
}

/** A Polycom asks for a file of its own, and then for the one of all phones. */
const isMaster = (kind: string): boolean => kind === 'config' || kind === 'polycom-common';

/** The URL holds a host name or an address and a port: nothing that either syntax minds. */
const TEXT = {
  Yealink: (url: string) =>
    `#!version:1.0.0.1\nstatic.auto_provision.server.url = ${url}\nstatic.auto_provision.pnp_enable = 0\n`,
  Polycom: (url: string) =>
    `<?xml version="1.0" encoding="UTF-8"?>\n<bootstrap device.set="1" device.prov.serverType.set="1" device.prov.serverType="HTTPS" device.prov.serverName.set="1" device.prov.serverName="${url}"/>\n`,
} as const;
