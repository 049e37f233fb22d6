import { isIP } from 'node:net';
import { inertText, xmlAttribute } from './xml-text.ts';

/** A trunk as FreeSWITCH needs it; the password is plain, so the file is nobody else's to read. */
export interface Gateway {
  readonly name: string;
  /** `host` or `host:port`. */
  readonly host: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly register: boolean;
}

/**
 * The gateways of the trunk profile. Each is asked with OPTIONS every 20
 * seconds, so that one that does not answer is passed over at once.
 */
export function gatewaysXml(gateways: readonly Gateway[]): string {
  return `<include>\n${gateways.map(gatewayXml).join('')}</include>\n`;
}

function gatewayXml(gateway: Gateway): string {
  const { name, host, username, password, register } = gateway;
  const params: readonly (readonly [string, string])[] = [
    ['proxy', host],
    ['realm', host],
    ['username', username ?? name],
    ['password', password ?? 'none'],
    ['register', String(register)],
    ['retry-seconds', '10'],
    ['expire-seconds', '600'],
    ['ping', '20'],
    ['ping-max', '2'],
    ['caller-id-in-from', 'true'],
    ['extension-in-contact', 'true'],
    ['context', 'vaxel-trunks'],
  ];
  const lines = params.map(
    ([key, value]) => `<param name="${key}" value="${xmlAttribute(inertText(value))}"/>`,
  );
  return `<gateway name="${xmlAttribute(name)}">${lines.join('')}</gateway>\n`;
}

/**
 * The addresses that may send calls: `acl.conf` nodes.
 *
 * @param addresses - of each trunk's host, already looked up; FreeSWITCH's
 * lists know networks, not names.
 */
export function trunkAddressesXml(addresses: Iterable<string>): string {
  const nodes = [...new Set(addresses)]
    .sort()
    .map((address) => `<node type="allow" cidr="${address}/${isIP(address) === 6 ? 128 : 32}"/>\n`);
  return `<include>\n${nodes.join('')}</include>\n`;
}
