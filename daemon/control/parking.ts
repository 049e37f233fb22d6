import type { EslConnection } from '../esl/connection.ts';
import { parkedCommand, type ParkedCall, readParked } from '../esl/parked.ts';
import { word } from '../esl/dial-string.ts';
import type { Organisation } from '../routing/directory.ts';
import type { OwnCall } from './own-call.ts';
import { type ControlResult, refuse } from './result.ts';

/** Where calls wait to be taken by anybody in the organisation. FreeSWITCH keeps them: they outlive the daemon. */
export interface Parking {
  list(
    freeswitch: Pick<EslConnection, 'api'>,
    organisation: Organisation,
  ): Promise<readonly ParkedCall[]>;
  park(
    freeswitch: Pick<EslConnection, 'api'>,
    organisation: Organisation,
    call: OwnCall,
    slot: number | undefined,
  ): Promise<ControlResult>;
}

export function createParking(): Parking {
  /** Slots given out that FreeSWITCH does not show yet: a second call sent there would be joined with the first. */
  const promised = new Map<string, Set<number>>();

  const list: Parking['list'] = async (freeswitch, { domain }) =>
    readParked(await freeswitch.api(parkedCommand(domain)));

  return {
    list,
    async park(freeswitch, organisation, { user, call }, wanted) {
      if (call.state === 'ringing') return refuse('wrong-state');
      if (call.peer === undefined) return refuse('nobody-there');
      const taken = new Set((await list(freeswitch, organisation)).map(({ slot }) => slot));
      const held = promised.get(organisation.id) ?? new Set<number>();
      promised.set(organisation.id, held);
      const isFree = (slot: number) => !taken.has(slot) && !held.has(slot);
      const slot = wanted ?? SLOTS.find(isFree);
      if (slot === undefined) return refuse('lot-full');
      if (!isFree(slot)) return refuse('slot-taken');
      held.add(slot);
      setTimeout(() => held.delete(slot), SEEN_WITHIN_MS).unref();
      const { domain } = organisation;
      const variables = `vx_domain=${word(domain)};vx_mailbox=${word(user.extension)}`;
      await freeswitch.api(`uuid_setvar_multi ${call.peer} ${variables}`);
      await freeswitch.api(`uuid_transfer ${call.peer} ${slot} XML vaxel-park`);
      return { kind: 'parked', slot };
    },
  };
}

const SLOTS: readonly number[] = Array.from({ length: 99 }, (_, i) => i + 1);

/** A transfer takes milliseconds; a slot is held back for as long as a command may take. */
const SEEN_WITHIN_MS = 5_000;
