import type { Exchange } from '../../test/support/exchange.ts';
import { bootYealink, type DeskPhone } from '../../test/support/desk-phone.ts';
import { type Key, watchLamp } from '../../test/support/lamp.ts';
import { addCarrier, type Owner, type Phone, plugIn } from '../../test/support/phones.ts';
import { createAgent } from '../../test/support/sip/agent.ts';
import type { TrunkPeer } from '../../test/support/sip/trunk-peer.ts';

/** A person with an app and a desk phone, and the lamps that others have of them. */
export interface Person {
  readonly extension: string;
  readonly number: string;
  readonly phones: readonly [Phone, Phone];
  readonly lamps: readonly Key[];
}

export interface Office {
  readonly exchange: Exchange;
  readonly people: readonly Person[];
  readonly carrier: TrunkPeer;
  /** Fetches its files again and again. */
  readonly phone: DeskPhone;
  /** Of a service that may see and steer everybody's calls. */
  readonly token: string;
}

export async function openOffice(
  exchange: Exchange,
  owner: Owner,
  size: number,
  watchers: number,
): Promise<Office> {
  const carrier = await addCarrier(owner, exchange, 'first');
  const extensions = Array.from({ length: size }, (_, i) => String(200 + i));
  const plugged: Omit<Person, 'lamps'>[] = [];
  for (const extension of extensions) {
    const number = `+468123456${extension.slice(1)}`;
    await exchange.vaxel(
      ...['user', 'add', extension, '--name', `Person ${extension}`, '--number', number],
    );
    const phones = [
      await plugIn(owner, exchange, extension),
      await plugIn(owner, exchange, extension),
    ] as const;
    plugged.push({ extension, number, phones });
  }
  const mac = '0015651a2b3c';
  const { url } = (await exchange.vaxel(
    ...['phone', 'add', mac, '--model', 'T46U', '--user', extensions[0] ?? ''],
  )) as { readonly url: string };
  const scopes = ['lines:read', 'events:read', 'personal:read', 'calls:write'].flatMap((one) => [
    '--scope',
    one,
  ]);
  const { token } = (await exchange.vaxel(...['token', 'add', '--service', 'Soak', ...scopes])) as {
    readonly token: string;
  };
  const lamps = new Map<string, Key[]>(extensions.map((extension) => [extension, []]));
  const account = plugged[0]?.phones[0].account;
  if (account === undefined) throw new Error('an office has people');
  for (let i = 0; i < watchers; i += 1) {
    const agent = await createAgent({ bind: '127.0.0.1' });
    owner.teardown(() => agent.close());
    for (const extension of extensions) {
      lamps.get(extension)?.push(await watchLamp(exchange, agent, account, extension));
    }
  }
  return {
    exchange,
    carrier,
    token,
    phone: await bootYealink(owner, url, mac),
    people: plugged.map((person) => ({ ...person, lamps: lamps.get(person.extension) ?? [] })),
  };
}
