import { groupBy } from '../../common/group-by.ts';
import type { EslConnection } from '../esl/connection.ts';
import { forkDialString } from '../esl/dial-string.ts';
import { planCommands } from '../esl/plan-commands.ts';
import { isSipDevice, type Organisation } from '../routing/directory.ts';
import type { Plan, Shown } from '../routing/plan.ts';
import type { ControlDeps } from './call-control.ts';
import { type DestinationSources, readDestination } from './destination.ts';
import type { OwnCall } from './own-call.ts';
import { registeredPlaces } from './places.ts';
import { type ControlResult, DONE, refuse } from './result.ts';

/**
 * Sends the other side of a call somewhere else, and leaves it.
 *
 * Where to is decided as if the one who transfers had dialled it: what that
 * person may call, and whose cost it is. The plan is then handed to the other
 * side's leg, which is who the new telephone shows.
 */
export async function transfer(
  freeswitch: Pick<EslConnection, 'send'>,
  organisation: Organisation,
  { user, call }: OwnCall,
  to: string,
  sources: DestinationSources & Pick<ControlDeps, 'soundOf'>,
): Promise<ControlResult> {
  if (call.state === 'ringing') return refuse('wrong-state');
  if (call.peer === undefined) return refuse('nobody-there');
  const device = user.devices.find(isSipDevice);
  if (device === undefined) return refuse('no-device');
  const found = readDestination(to, { organisation, user, device }, sources);
  if ('refused' in found) return refuse(found.refused);
  // An emergency call is its caller's own, and a mailbox opens to its owner alone.
  if (found.plan.kind === 'native') return refuse('emergency');
  if (!isForOthers(found.plan)) return refuse('unknown-number');

  const planned = shownAs(found.plan, call.with);
  const { plan, dial } =
    planned.kind === 'ring' ? await reach(freeswitch, planned) : { plan: planned, dial: undefined };
  const sound = plan.kind === 'referral' ? sources.soundOf(plan.say, plan.language) : [];
  for (const command of planCommands(call.peer, found.dialled, plan, { dial, sound })) {
    await freeswitch.send(command);
  }
  return DONE;
}

type TransferPlan = Extract<Plan, { kind: 'ring' | 'referral' | 'out' | 'voicemail' }>;

/** Where a team takes no messages, and none of its telephones is there, that is said. */
type ReachedPlan = TransferPlan | Extract<Plan, { kind: 'refuse' }>;

/** What somebody else can be sent to: no code of one's own, no mailbox. */
const isForOthers = (plan: Plan): plan is TransferPlan =>
  ['ring', 'referral', 'out', 'voicemail'].includes(plan.kind);

/** To the outside the organisation's own number stays: a carrier takes no other. */
function shownAs(plan: TransferPlan, party: { readonly name: string; readonly number: string }) {
  const shown: Shown = { ...party, hidden: party.number === '' };
  return plan.kind === 'ring' ? { ...plan, shown } : plan;
}

async function reach(
  freeswitch: Pick<EslConnection, 'send'>,
  plan: Extract<Plan, { kind: 'ring' }>,
): Promise<{ readonly plan: ReachedPlan; readonly dial: string | undefined }> {
  const places = await registeredPlaces(
    freeswitch,
    plan.legs.map(({ device }) => device).filter(isSipDevice),
    plan.domain,
  );
  const contacts = groupBy(places, ({ device }) => device.username);
  const dial = forkDialString(
    plan,
    new Map([...contacts].map(([name, some]) => [name, some.map(({ contact }) => contact)])),
  );
  return dial === undefined ? { plan: plan.then, dial } : { plan, dial };
}
