import { writeOwner } from '../call/owner.ts';
import type { Diversion, RingPlan, Shown } from '../routing/plan.ts';
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
  const legs = plan.legs.flatMap(({ device, after, shows }) => {
    const delay = after === 0 ? '' : `,leg_delay_start=${after}`;
    const role = device.kind === 'mobile' ? 'confirms' : 'phone';
    const owner = writeOwner({ user: device.user, device: device.id, role });
    const about = `presence_data=${owner},leg_timeout=${plan.ringFor}${delay}`;
    if (device.kind !== 'mobile') {
      const shown = shows === 'number' ? numberFirst(plan.shown) : '';
      return (contactsOf.get(device.username) ?? []).map(
        (contact) => `[${about}${shown}]${contact}`,
      );
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

/** The number in the place of the name, for a device whose owner wants to see it. */
function numberFirst({ number, hidden }: Shown): string {
  const digits = digitsOf(number);
  return hidden || digits === '' ? '' : `,origination_caller_id_name=${digits}`;
}

/** The operator's own voicemail answers too: only a key press wins the fork (switch_ivr_originate.c, `group_confirm_*`). */
const CONFIRM =
  'group_confirm_key=1,group_confirm_cancel_timeout=true,group_confirm_read_timeout=8000';

function mobileCaller({ number, hidden, asserted }: Shown): string {
  const digits = hidden ? (asserted ?? 'anonymous') : digitsOf(number);
  const shown = `origination_caller_id_number=${digits},origination_caller_id_name=${digits}`;
  return hidden ? `${ANONYMOUS},${shown}` : shown;
}

const digitsOf = (number: string): string => plainValue(number).replaceAll(/[^0-9+]/g, '');

/**
 * One gateway, what it is to dial, and who sent the call on (RFC 5806 §4). Those before us are counted
 * and not named: some of them may have asked not to be.
 */
export function trunkDialString(
  trunk: string,
  to: string,
  diversion: Diversion | undefined,
  shown: Shown,
): string {
  const variables = [
    ...(shown.hidden ? [ANONYMOUS] : []),
    ...(diversion === undefined ? [] : [`sip_h_Diversion=${diversionHeader(diversion)}`]),
  ];
  const about = variables.length === 0 ? '' : `[${variables.join(',')}]`;
  return `${about}sofia/gateway/${word(trunk)}/${word(to)}`;
}

function diversionHeader({ number, reason, hidden, times }: Diversion): string {
  const counter = times > 1 ? `;counter=${times}` : '';
  const privacy = hidden ? ';privacy=full' : '';
  return `<sip:${word(number)}@invalid>;reason=${reason}${counter}${privacy}`;
}

/**
 * Nobody in From, `Privacy: id`, and what the trunk vouches for as ever (RFC 3323 §4.1.1.3, RFC 3325 §7).
 * Hiding alone leaves From as it is (sofia_glue.c, `sofia_glue_do_invite`).
 */
export const ANONYMOUS =
  'origination_privacy=hide_name:hide_number:screen,sip_invite_from_uri=sip:anonymous@anonymous.invalid,sip_from_display=Anonymous';

/**
 * Admits only what cannot end an argument in FreeSWITCH's syntax.
 * @throws {Error} on anything else: the database let it through, so it is a bug.
 */
export function word(text: string): string {
  if (/^[A-Za-z0-9_.+*#-]{1,253}$/.test(text)) return text;
  throw new Error(`not a dialplan word: ${JSON.stringify(text)}`);
}
