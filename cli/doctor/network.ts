import { lookup } from 'node:dns/promises';
import { BlockList, isIP, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Config } from '../../common/config.ts';
import { type Finding, ok, warning, wrong } from './finding.ts';

/** Is the address ours, do phones find us by the name they are told, and is there NAT between us and a trunk? */
export async function checkNetwork(
  { bind, phones }: Config,
  trunks: readonly { readonly name: string; readonly host: string }[],
): Promise<readonly Finding[]> {
  const mine = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const isMine = isLoopback(bind) || mine.some(({ address }) => address === bind);
  if (!isMine) {
    const have = mine.map(({ address }) => address).join(', ');
    const mend = `set VAXEL_BIND to one that it has: ${have}`;
    return [wrong('address', `this machine does not have ${bind}`, mend)];
  }
  return [
    isLoopback(bind)
      ? ok('address', `${bind}: this machine alone reaches it; VAXEL_BIND opens it to others`)
      : ok('address', `${bind} is this machine’s`),
    ...(phones.host === bind ? [] : [await checkName(phones.host, bind)]),
    ...(await checkNat(bind, trunks)),
  ];
}

async function checkName(host: string, bind: string): Promise<Finding> {
  const addresses = (await lookup(host, { all: true }).catch(() => [])).map(
    ({ address }) => address,
  );
  if (addresses.length === 0) {
    const mend = 'have DNS know it, or set VAXEL_PHONES_HOST to an address';
    return wrong('dns', `${host}, which phones are told, has no address`, mend);
  }
  return addresses.includes(bind)
    ? ok('dns', `${host} is ${bind}`)
    : warning(
        'dns',
        `${host}, which phones are told, is ${addresses.join(', ')} and not ${bind}`,
        `have DNS say ${bind}; where that address is translated to ours, all is well`,
      );
}

/** SIP and SDP name our own address: one that a carrier cannot reach gives calls without sound. */
async function checkNat(
  bind: string,
  trunks: readonly { readonly name: string; readonly host: string }[],
): Promise<readonly Finding[]> {
  if (!isPrivate(bind)) return trunks.length === 0 ? [] : [ok('nat', `${bind} is public`)];
  const findings: Finding[] = [];
  for (const { name, host } of trunks) {
    const bare = host.replace(/:\d+$/, '');
    const { address } = (await lookup(bare).catch(() => undefined)) ?? { address: bind };
    if (isPrivate(address)) continue;
    findings.push(
      warning(
        'nat',
        `${name} is at ${address}, outside, and would be told ${bind}, which it cannot reach`,
        'set VAXEL_BIND to a public address, reach the carrier by a private line or VPN, or ask whether it sees to NAT itself',
      ),
    );
  }
  return findings.length === 0 && trunks.length > 0
    ? [ok('nat', 'no trunk is beyond a translation of addresses')]
    : findings;
}

const isLoopback = (address: string): boolean => /^(127\.|::1$)/.test(address);

const isPrivate = (address: string): boolean =>
  isIP(address) !== 0 && PRIVATE.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');

/** RFC 1918, 6598, 3927, 4193, 4291 and loopback. */
const PRIVATE = new BlockList();
for (const [net, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['127.0.0.0', 8],
] as const) {
  PRIVATE.addSubnet(net, bits, 'ipv4');
}
for (const [net, bits] of [
  ['fc00::', 7],
  ['fe80::', 10],
  ['::1', 128],
] as const) {
  PRIVATE.addSubnet(net, bits, 'ipv6');
}
