import { writeOwner } from '../call/owner.ts';
import type { RingPlan, Shown } from '../routing/plan.ts';
import type { Contact } from './contacts.ts';
import { plainValue } from './plain-value.ts';

/**
 * All legs of a fork as one flat list (`user/…` in a list rings only the first
 * contact; switch_ivr_originate.c), each with the device it belongs to.
 *
 * @param contactsOf - what is registered for an account, by its user name.
 * @returns undefined where nothing can ring.
 */
export function forkDialString(
  plan: RingPlan,
  contactsOf: ReadonlyMap<string, readonly Contact[]>,
): string | undefined {
  const legs = plan.devices.flatMap((device) => {
    const role = device.kind === 'mobile' ? 'confirms' : 'phone';
    const owner = writeOwner({ user: device.user, device: device.id, role });
    const about = `presence_data=${owner},leg_timeout=${plan.ringFor}`;
    if (device.kind !== 'mobile') {
      return (contactsOf.get(device.username) ?? []).map((contact) => `[${about}]${contact}`);
    }
    if (plan.trunk === undefined) return [];
    const confirm = `${CONFIRM},group_confirm_file=\${vaxel_prompts}/${plan.language}/mobile-confirm.wav`;
    const leg = `${about},${confirm},${mobileCaller(plan.shownOnMobiles)}`;
    return [`[${leg}]sofia/gateway/${word(plan.trunk)}/${word(device.to)}`];
  });
  if (legs.length === 0) return undefined;
  const all = `{ignore_early_media=true,originate_timeout=${plan.ringFor},sip_invite_domain=${word(plan.domain)}}`;
  return all + legs.join(',');
}

/** The operator's own voicemail answers too: only a key press wins the fork (switch_ivr_originate.c, `group_confirm_*`). */
const CONFIRM =
  'group_confirm_key=1,group_confirm_cancel_timeout=true,group_confirm_read_timeout=8000';

function mobileCaller({ number, hidden }: Shown): string {
  if (hidden) return 'origination_privacy=hide_name:hide_number:full';
  const digits = plainValue(number).replaceAll(/[^0-9+]/g, '');
  return `origination_caller_id_number=${digits},origination_caller_id_name=${digits}`;
}

/** One gateway and what it is to dial. */
export const trunkDialString = (trunk: string, to: string): string =>
  `sofia/gateway/${word(trunk)}/${word(to)}`;

/**
 * Admits only what cannot end an argument in FreeSWITCH's syntax.
 * @throws {Error} on anything else: the database let it through, so it is a bug.
 */
export function word(text: string): string {
  if (/^[A-Za-z0-9_.+*#-]{1,253}$/.test(text)) return text;
  throw new Error(`not a dialplan word: ${JSON.stringify(text)}`);
}
