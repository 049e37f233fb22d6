import { readFileSync } from 'node:fs';
import type { Config } from '../../common/config.ts';
import { type Finding, ok, warning } from './finding.ts';

/** Whether FreeSWITCH's SIP sockets have lost packets since it started; nothing where no kernel says so. */
export function checkLostPackets(
  { ports }: Pick<Config, 'ports'>,
  tables: readonly string[] = TABLES.map(read),
): readonly Finding[] {
  if (tables.join('') === '') return [];
  const ofSip = [ports.sip, ports.trunk];
  const lost = tables.flatMap(lostOn).filter(({ port }) => ofSip.includes(port));
  const count = lost.reduce((sum, { packets }) => sum + packets, 0);
  return [
    count === 0
      ? ok('packets', 'none is lost on its way into FreeSWITCH')
      : warning(
          'packets',
          `${count} came faster than FreeSWITCH read them, and are lost: a phone may ring unseen`,
          'sysctl -w net.core.rmem_default=4194304 (and in /etc/sysctl.d), then start FreeSWITCH again when nobody talks',
        ),
  ];
}

/** `sl local_address … drops`, the port in hexadecimal behind the address (Linux, net/ipv4/udp.c, `udp4_format_sock`). */
function lostOn(table: string): readonly { readonly port: number; readonly packets: number }[] {
  return [...table.matchAll(/^ *\d+: [0-9A-F]+:([0-9A-F]{4}) .* (\d+) *$/gm)].map(
    ([, port = '', packets]) => ({ port: Number.parseInt(port, 16), packets: Number(packets) }),
  );
}

const TABLES = ['/proc/net/udp', '/proc/net/udp6'];

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
