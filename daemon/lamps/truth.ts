import { readExtension } from '../../common/phone-number.ts';
import type { Lamp, LampState } from '../call/lamp.ts';
import type { Lines, UserId } from '../lines/line.ts';
import type { Directory, Organisation, User } from '../routing/directory.ts';
import { LAMP_RULES, personLamp } from './shown.ts';

/** What somebody is doing, as far as a lamp cares. */
export interface LampActivity {
  /** Calls do not reach the person. */
  readonly closed: boolean;
  readonly label: string;
}

export interface TruthSources {
  readonly directory: () => Directory;
  readonly lines: Lines;
  readonly activityOf: (user: UserId) => LampActivity | undefined;
  /** Whether every call to the person is sent on now. */
  readonly isForwarded: (user: UserId) => boolean;
  /** New messages in a mailbox, `100@anka.example`; undefined where they have not been counted. */
  readonly fresh: (mailbox: string) => number | undefined;
  /** Whether a call waits in that place of an organisation. */
  readonly isTaken: (domain: string, slot: number) => boolean;
}

/** What a lamp has to show now. A lamp of nobody is off, and so is one whose source is not there yet. */
export function lampTruth(from: TruthSources, lamp: Lamp): LampState {
  if (isSlot(lamp, from.directory())) {
    return from.isTaken(lamp.domain, Number(lamp.name)) ? 'busy' : 'off';
  }
  const owner = ownerOf(lamp, from.directory());
  if (owner === undefined) return 'off';
  const activity = from.activityOf(owner.user.id);
  switch (lamp.kind) {
    case 'vaxel': {
      const line = from.lines.current().get(owner.user.id);
      if (line === undefined) return 'off';
      return personLamp(
        { line, closed: activity?.closed ?? false },
        owner.organisation.lamps ?? LAMP_RULES,
      );
    }
    case 'activity':
      return activity === undefined ? 'off' : 'busy';
    case 'dnd':
      return activity?.closed === true ? 'busy' : 'off';
    case 'voicemail':
      return (from.fresh(`${lamp.name}@${lamp.domain}`) ?? 0) > 0 ? 'busy' : 'off';
    case 'forward':
      return from.isForwarded(owner.user.id) ? 'busy' : 'off';
    // Of no organisation, or no number.
    case 'slot':
    case 'team':
    case 'night':
      return 'off';
  }
}

/** A place in which calls of an organisation wait: 1 to 99. */
export const isSlot = ({ kind, name, domain }: Lamp, { organisations }: Directory): boolean =>
  kind === 'slot' && /^[1-9]\d?$/.test(name) && organisations.has(domain);

export const isSomebodys = (lamp: Lamp, directory: Directory): boolean =>
  ownerOf(lamp, directory) !== undefined;

function ownerOf(
  { name, domain }: Lamp,
  directory: Directory,
): { readonly organisation: Organisation; readonly user: User } | undefined {
  const extension = readExtension(name);
  const organisation = directory.organisations.get(domain);
  const user = extension && organisation?.users.get(extension);
  return organisation !== undefined && user ? { organisation, user } : undefined;
}
