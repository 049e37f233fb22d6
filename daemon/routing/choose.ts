import type { EpochMs } from '../../common/time.ts';
import { after, type Arrival, ends } from './arrival.ts';
import { isColleague } from './caller.ts';
import { toColleague, sendOn } from './forward.ts';
import type { Routing } from './plan.ts';
import { atOnce, ring } from './ring.ts';
import { statusNow } from './present-status.ts';
import { knownCaller } from './known-caller.ts';
import { unanswered } from './unanswered.ts';
import { voicemail } from './voicemail.ts';
import type { World } from './world.ts';

/** The caller has heard why the person does not answer, and pressed a key. */
export function choose(arrival: Arrival, digit: string, world: World, now: EpochMs): Routing {
  const { organisation, user } = arrival;
  const choice = user.rules.choices.get(digit);
  const chosen = after(arrival, 'choice', `the caller pressed ${digit}`);
  if (choice === undefined) {
    return ends(chosen, 'choice', `${digit} means nothing: a message is taken`, tone(arrival));
  }
  switch (choice.kind) {
    case 'message':
      return ends(chosen, 'choice', 'to leave a message', tone(arrival));
    case 'extension':
      return toColleague(chosen, choice.extension, 'deflection', world, now);
    case 'number':
      return sendOn(chosen, choice, 'deflection', world, now);
    case 'switchboard':
      return organisation.switchboard === undefined
        ? ends(chosen, 'choice', 'there is no switchboard: a message is taken', tone(arrival))
        : toColleague(chosen, organisation.switchboard, 'deflection', world, now);
    case 'mobile': {
      const mobiles = user.devices.filter(({ kind }) => kind === 'mobile');
      if (mobiles.length === 0) return unanswered(chosen, 'unreachable', world, now);
      const { found } = knownCaller(arrival, world.contacts);
      return ring(
        chosen,
        mobiles.map((device) => atOnce(device, user)),
        statusNow(user, organisation, world.presence, now),
        found,
        world,
        now,
      );
    }
    case 'recall':
      return recall(chosen);
  }
}

/** Who hides a number cannot be called at it; a colleague is called at his extension. */
function recall(arrival: Arrival): Routing {
  const { organisation, user, caller } = arrival;
  const callBack = isColleague(caller, organisation)
    ? caller.account?.user.extension
    : caller.outside.hidden
      ? undefined
      : caller.number;
  if (callBack === undefined) {
    const because = 'to be called, but no number is known: a message is taken';
    return ends(arrival, 'choice', because, tone(arrival));
  }
  const noted = ends(arrival, 'choice', `${callBack} is to be called when ${user.name} is back`, {
    kind: 'announce',
    say: [{ kind: 'prompt', name: 'recall-noted' }],
    language: user.language,
  });
  const callerName = caller.inside.name;
  return {
    ...noted,
    effects: [{ kind: 'recall', organisation, user, caller: callBack, callerName }],
  };
}

const tone = (arrival: Arrival) => voicemail(arrival, 'said');
