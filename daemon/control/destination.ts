import { readDialled } from '../../common/phone-number.ts';
import type { EpochMs } from '../../common/time.ts';
import type { LegId } from '../call/event.ts';
import { calleeAt } from '../routing/callee.ts';
import type { Organisation, SipDevice, User } from '../routing/directory.ts';
import type { Plan, RefusalPrompt } from '../routing/plan.ts';
import { route } from '../routing/route.ts';
import type { World } from '../routing/world.ts';
import type { ControlRefusal } from './result.ts';

export interface DestinationSources {
  readonly world: World;
  readonly now: EpochMs;
}

export interface Destination {
  /** In the form that a telephone would have dialled. */
  readonly dialled: string;
  /** What would become of it, by the same rules as of a call from that telephone. */
  readonly plan: Plan;
  /** For the display of who dials. */
  readonly name: string;
}

/** Reads what somebody wants to call from one of their devices, and asks where it would lead. */
export function readDestination(
  text: string,
  { organisation, user, device }: { organisation: Organisation; user: User; device: SipDevice },
  { world, now }: DestinationSources,
): Destination | { readonly refused: ControlRefusal } {
  const read = readDialled(text, organisation);
  if (read.kind === 'invalid') return { refused: 'bad-number' };
  const dialled = numberOf(read);
  const { plan } = route(
    {
      leg: '' as LegId,
      from: { kind: 'device', username: device.username, domain: organisation.domain },
      callerNumber: user.extension,
      callerName: user.name,
      callerHidden: false,
      dialled,
      again: undefined,
    },
    world,
    now,
  );
  if (plan.kind === 'refuse') {
    return { refused: REFUSED[plan.say ?? 'refuse-unknown'] ?? 'unknown-number' };
  }
  const callee = read.kind === 'extension' ? calleeAt(organisation, read.extension) : undefined;
  return { dialled, plan, name: callee?.user.name ?? '' };
}

const REFUSED: Readonly<Partial<Record<RefusalPrompt, ControlRefusal>>> = {
  'refuse-no-trunk': 'no-trunk',
  'refuse-not-allowed': 'not-allowed',
};

function numberOf(read: Exclude<ReturnType<typeof readDialled>, { kind: 'invalid' }>): string {
  switch (read.kind) {
    case 'code':
      return read.code;
    case 'emergency':
    case 'short':
      return read.number;
    case 'extension':
      return read.extension;
    case 'e164':
      return read.e164;
  }
}
