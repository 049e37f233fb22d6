import { listPhones } from '../common/db/phones.ts';
import { originFor } from '../provisioning/source/server-address.ts';
import { type Command, done, wrongUsage } from './command.ts';
import { accessOf } from './phone-access.ts';
import { macText } from './phone-place.ts';
import { ORG } from './users.ts';
import { inOrganisation } from './workplace.ts';

/** What a DHCP server is told of one phone. */
interface Lease {
  readonly mac: string;
  readonly url: string;
}

export const phoneDhcpCommand: Command = {
  words: 'phone dhcp',
  summary: 'print what a DHCP server must say for each phone to find its files',
  takes: [],
  options: {
    server: { value: '<dnsmasq|kea|isc>', required: true, summary: 'which DHCP server it is for' },
    org: ORG,
  },
  run: async (invocation) => {
    const server = invocation.values.get('server') ?? '';
    const write = Object.hasOwn(WRITERS, server)
      ? WRITERS[server as keyof typeof WRITERS]
      : undefined;
    if (write === undefined) return wrongUsage('--server is dnsmasq, kea or isc');
    return inOrganisation(invocation, async ({ id }, place) => {
      const leases = (await listPhones(place.db, id)).map((phone) => {
        const { url, commonUrl } = accessOf(place, phone);
        return { mac: macText(phone.mac), url: url ?? commonUrl };
      });
      const origins = {
        yealink: originFor(place.config, 'Yealink'),
        polycom: originFor(place.config, 'Polycom'),
      };
      const text = write(leases, origins);
      return done({ server, leases, text }, text);
    });
  },
};

interface OriginOf {
  readonly yealink: string;
  readonly polycom: string;
}

/**
 * Option 66 (RFC 2132 §9.4) is read by both vendors, option 160 by Polycom
 * before it. What a phone is told by its MAC address goes before what all are told.
 */
const WRITERS = {
  dnsmasq: (leases: readonly Lease[], { yealink, polycom }: OriginOf) =>
    [
      '# Phones that are not listed below are asked who they are.',
      `dhcp-vendorclass=set:yealink,yealink`,
      `dhcp-vendorclass=set:polycom,Polycom`,
      `dhcp-option=tag:yealink,66,"${yealink}"`,
      `dhcp-option=tag:polycom,66,"${polycom}"`,
      `dhcp-option=tag:polycom,160,"${polycom}"`,
      ...leases.flatMap(({ mac, url }) => {
        const tag = `phone-${mac.replaceAll(':', '')}`;
        return [
          `dhcp-host=${mac},set:${tag}`,
          `dhcp-option=tag:${tag},66,"${url}"`,
          `dhcp-option=tag:${tag},160,"${url}"`,
        ];
      }),
    ].join('\n'),
  kea: (leases: readonly Lease[]) =>
    JSON.stringify(
      {
        'option-def': [{ name: 'phone-files', code: 160, space: 'dhcp4', type: 'string' }],
        reservations: leases.map(({ mac, url }) => ({
          'hw-address': mac,
          'option-data': [
            { name: 'tftp-server-name', data: url },
            { name: 'phone-files', data: url },
          ],
        })),
      },
      undefined,
      2,
    ),
  isc: (leases: readonly Lease[], { yealink, polycom }: OriginOf) =>
    [
      'option phone-files code 160 = text;',
      'class "yealink" {',
      '  match if substring(option vendor-class-identifier, 0, 7) = "yealink";',
      `  option tftp-server-name "${yealink}";`,
      '}',
      'class "polycom" {',
      '  match if substring(option vendor-class-identifier, 0, 7) = "Polycom";',
      `  option tftp-server-name "${polycom}";`,
      `  option phone-files "${polycom}";`,
      '}',
      ...leases.flatMap(({ mac, url }) => [
        `host phone-${mac.replaceAll(':', '')} {`,
        `  hardware ethernet ${mac};`,
        `  option tftp-server-name "${url}";`,
        `  option phone-files "${url}";`,
        '}',
      ]),
    ].join('\n'),
} as const;
