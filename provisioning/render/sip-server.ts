import type { Line, Phone } from '../phone/phone.ts';
import type { Transport } from '../phone/words.ts';
import { settingOf } from '../settings/read.ts';

export interface SipServer {
  readonly host: string;
  readonly port: number;
}

export interface SipServers {
  readonly transport: Transport;
  readonly first: SipServer;
  readonly second: SipServer | undefined;
}

/** Where a line registers, and over what. */
export function sipServers(phone: Phone, line: Line): SipServers {
  const { server } = phone;
  const transport = readTransport(settingOf(phone, 'sip.transport', line)) ?? server.transport;
  const port = transport === 'tls' ? server.sipTlsPort : server.sipPort;
  const [host = '', ownPort] = settingOf(phone, 'sip.second-server', line).split(':');
  const second = host === '' ? undefined : { host, port: Number(ownPort ?? port) };
  return { transport, first: { host: server.sipHost, port }, second };
}

function readTransport(text: string): Transport | undefined {
  return (['udp', 'tcp', 'tls'] as const).find((word) => word === text);
}
