import type { Extension } from '../../common/phone-number.ts';
import type { Telephones } from '../control/call-control.ts';
import type { User } from '../routing/directory.ts';
import type { Client } from './client.ts';
import { problem, type Reply } from './route.ts';

/** A colleague of the client's; somebody of another organisation is as unknown as nobody. */
export const findColleague = ({ organisation }: Client, extension: string): User | undefined =>
  organisation.users.get(extension as Extension);

/** A colleague, or whom a team is called as. */
export const findCalled = (client: Client, extension: string): User | undefined =>
  findColleague(client, extension) ?? client.organisation.teams?.get(extension as Extension)?.user;

/** Whose telephones a request means. A person acts with their own; a service says whose. */
export function telephonesOf(
  client: Client,
  wish: {
    readonly as?: string | undefined;
    readonly device?: string | undefined;
    readonly autoAnswer: boolean;
  },
): Telephones | Reply {
  const { organisation, user: self } = client;
  const named = wish.as === undefined ? self : findColleague(client, wish.as);
  if (wish.as === undefined && self === undefined) {
    return problem(400, 'whose', 'a service says with `as` whose telephones are meant');
  }
  if (named === undefined || (self !== undefined && self.id !== named.id)) {
    return problem(403, 'not-yours', 'a person acts with their own telephones only');
  }
  return { organisation, user: named, device: wish.device, autoAnswer: wish.autoAnswer };
}
