import { lookup } from 'node:dns/promises';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { directoryXml } from './directory-xml.ts';
import { gatewaysXml, trunkAddressesXml, type Gateway } from './gateways-xml.ts';
import type { Layout } from './layout.ts';
import type { FreeSwitchContent } from './read-domains.ts';
import { writeWhole } from './write-file.ts';

/** What of FreeSWITCH's view has changed, and so must be told. */
export interface FilesChanged {
  /** Anything at all that `reloadxml` reads. */
  readonly xml: boolean;
  readonly addresses: boolean;
  /** Gateways that are gone or different, and must be ended before they are read anew. */
  readonly gateways: readonly string[];
  /** Accounts that are gone or have another secret: their registrations end. */
  readonly accounts: readonly string[];
}

/** Keeps the generated files true to the database. */
export interface GeneratedFiles {
  write(content: FreeSwitchContent): Promise<FilesChanged>;
}

/**
 * What was written last is remembered, so that only differences are told: a
 * rename of one person must not end everybody's registration.
 */
export function generatedFiles(layout: Layout): GeneratedFiles {
  let before: Known = { accounts: new Map(), gateways: new Map() };
  return {
    async write({ domains, gateways }) {
      await mkdir(layout.generated, { recursive: true, mode: 0o750 });
      const now: Known = {
        accounts: new Map(
          domains.flatMap(({ domain, people }) =>
            people.flatMap(({ devices }) =>
              devices.map(({ username, a1Hash }) => [`${username}@${domain}`, a1Hash] as const),
            ),
          ),
        ),
        gateways: new Map(gateways.map((gateway) => [gateway.name, JSON.stringify(gateway)])),
      };
      const changed = {
        accounts: goneOrDifferent(before.accounts, now.accounts),
        gateways: goneOrDifferent(before.gateways, now.gateways),
      };
      const file = (name: string) => join(layout.generated, name);
      const addresses = await writeWhole(file('trunk-addresses.xml'), [
        trunkAddressesXml(await addressesOf(gateways)),
      ]);
      const others = [
        await writeWhole(file('gateways.xml'), [gatewaysXml(gateways)]),
        await writeWhole(file('directory.xml'), directoryXml(domains)),
      ];
      before = now;
      return { ...changed, addresses, xml: addresses || others.includes(true) };
    },
  };
}

interface Known {
  readonly accounts: ReadonlyMap<string, string>;
  readonly gateways: ReadonlyMap<string, string>;
}

const goneOrDifferent = (before: Known['accounts'], now: Known['accounts']): readonly string[] =>
  [...before].filter(([key, value]) => now.get(key) !== value).map(([key]) => key);

/** A host that no name server knows now is left out; it is looked up again at the next change or start. */
async function addressesOf(gateways: readonly Gateway[]): Promise<readonly string[]> {
  const found = await Promise.all(
    gateways.map(async ({ host }) => {
      const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
      return lookup(name, { all: true }).catch(() => []);
    }),
  );
  return found.flat().map(({ address }) => address);
}
