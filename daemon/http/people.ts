import type { UserId } from '../lines/line.ts';
import type { Directory, NumberOwner } from '../routing/directory.ts';

/** Everybody of a directory by their id; made once for each directory, which never changes. */
export function peopleOf(directory: Directory): ReadonlyMap<UserId, NumberOwner> {
  const known = made.get(directory);
  if (known !== undefined) return known;
  const people = new Map(
    [...directory.organisations.values()].flatMap((organisation) =>
      [...organisation.users.values()].map((user) => [user.id, { organisation, user }] as const),
    ),
  );
  made.set(directory, people);
  return people;
}

const made = new WeakMap<Directory, ReadonlyMap<UserId, NumberOwner>>();
