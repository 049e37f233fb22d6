import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { Config } from '../../common/config.ts';
import { VaxelError } from '../../common/errors.ts';

/**
 * Looks whether everything can listen where it is to, before anything starts:
 * FreeSWITCH says it in its log only.
 *
 * @throws {VaxelError} `PORT_TAKEN` with all of them at once, and the variables that move them.
 */
export async function refuseTakenPorts(config: Config, withFreeSwitch: boolean): Promise<void> {
  const taken = (await surveyPorts(config))
    .filter(({ of, free }) => !free && (withFreeSwitch || of === 'vaxel'))
    .map(({ host, port, variable }) => `${host}:${port} (move ours with ${variable})`);
  if (taken.length === 0) return;
  throw new VaxelError(
    'PORT_TAKEN',
    `something listens already where vaxel should: ${taken.join(', ')}. Is another vaxel running?`,
    { taken: taken.length },
  );
}

export interface PortSeen {
  /** Who is to listen there. */
  readonly of: 'vaxel' | 'freeswitch';
  readonly host: string;
  readonly port: number;
  /** What moves it. */
  readonly variable: string;
  /** Nobody listens there, by TCP or by UDP. */
  readonly free: boolean;
}

/** Every port people and phones come to, tried one after the other. */
export async function surveyPorts({ bind, ports }: Config): Promise<readonly PortSeen[]> {
  const all = [
    { of: 'vaxel', host: '127.0.0.1', port: ports.http, variable: 'VAXEL_HTTP_PORT' },
    { of: 'vaxel', host: bind, port: ports.provisioning, variable: 'VAXEL_PROVISIONING_PORT' },
    {
      of: 'vaxel',
      host: bind,
      port: ports.provisioningYealink,
      variable: 'VAXEL_PROVISIONING_YEALINK_PORT',
    },
    {
      of: 'vaxel',
      host: bind,
      port: ports.provisioningPolycom,
      variable: 'VAXEL_PROVISIONING_POLYCOM_PORT',
    },
    {
      of: 'vaxel',
      host: '127.0.0.1',
      port: ports.provisioningMonitor,
      variable: 'VAXEL_PROVISIONING_MONITOR_PORT',
    },
    { of: 'freeswitch', host: bind, port: ports.sip, variable: 'VAXEL_SIP_PORT' },
    { of: 'freeswitch', host: bind, port: ports.trunk, variable: 'VAXEL_TRUNK_PORT' },
    { of: 'freeswitch', host: bind, port: ports.sipTls, variable: 'VAXEL_SIP_TLS_PORT' },
    { of: 'freeswitch', host: bind, port: ports.ws, variable: 'VAXEL_WS_PORT' },
    { of: 'freeswitch', host: bind, port: ports.wss, variable: 'VAXEL_WSS_PORT' },
    { of: 'freeswitch', host: '127.0.0.1', port: ports.esl, variable: 'VAXEL_ESL_PORT' },
  ] as const;
  const seen: PortSeen[] = [];
  for (const { port, ...one } of all) {
    if (port === undefined) continue;
    const free = (await isFree(one.host, port)) && (await isFreeUdp(one.host, port));
    seen.push({ ...one, port, free });
  }
  return seen;
}

/** The wanted port where it is free, else any other: it is between us and FreeSWITCH alone. */
export async function freePort(wanted: number): Promise<number> {
  if (await isFree('127.0.0.1', wanted)) return wanted;
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function isFree(host: string, port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, host, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

async function isFreeUdp(host: string, port: number): Promise<boolean> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  return new Promise((resolve) => {
    socket.once('error', () => {
      resolve(false);
    });
    socket.bind(port, host, () => {
      socket.close(() => {
        resolve(true);
      });
    });
  });
}
