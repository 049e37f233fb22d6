import { writeOwner } from '../call/owner.ts';
import type { Device } from '../routing/directory.ts';
import type { Seconds } from '../../common/time.ts';
import type { Contact } from './contacts.ts';
import { word } from './dial-string.ts';

/** A call that the exchange begins: a person's devices ring, and who answers is parked. */
export interface Originate {
  readonly domain: string;
  readonly devices: readonly Device[];
  readonly ringFor: Seconds;
  /** Who appears on the displays. */
  readonly shown: { readonly name: string; readonly number: string };
  /** `vx_…` of every leg, names without the prefix. */
  readonly markers: Readonly<Record<string, string>>;
}

/**
 * The command, for `bgapi`: it ends with the id of the leg that answered. Rings
 * the devices that are registered; mobiles are for calls that wait for an
 * answer with a key.
 *
 * The leg hangs up by itself where nobody tells it where to go within seconds.
 *
 * @returns undefined where nothing can ring.
 */
export function ringBackCommand(
  { domain, devices, ringFor, shown, markers }: Originate,
  contactsOf: ReadonlyMap<string, readonly Contact[]>,
): string | undefined {
  const legs = devices.flatMap((device) =>
    device.kind === 'mobile'
      ? []
      : (contactsOf.get(device.username) ?? []).map(
          (contact) => `[presence_data=${owner(device)},leg_timeout=${ringFor}]${contact}`,
        ),
  );
  if (legs.length === 0) return undefined;
  const variables = [
    'ignore_early_media=true',
    `originate_timeout=${ringFor}`,
    `sip_invite_domain=${word(domain)}`,
    `park_timeout=${PARKED_SECONDS}`,
    `origination_caller_id_name='${displayText(shown.name) || word(shown.number)}'`,
    `origination_caller_id_number=${word(shown.number)}`,
    ...Object.entries(markers).map(([name, value]) => `vx_${word(name)}=${word(value)}`),
  ];
  return `originate {${variables.join(',')}}${legs.join(',')} &park()`;
}

/** The leg that answered, from what the command said. */
export const readAnswered = (said: string): string | undefined =>
  /^\+OK ([0-9a-f-]{36})\s*$/.exec(said)?.[1];

/** Who answers is the caller, though the leg is dialled. */
const owner = ({ user, id }: Device): string => writeOwner({ user, device: id, role: 'calls' });

const PARKED_SECONDS = 10;

/**
 * Text from outside on a display. The line is taken apart twice, at spaces and
 * at commas, and quotes hold for the first time only (switch_utils.c,
 * `separate_string_char_delim`): so no sign that means anything stays. An
 * apostrophe becomes the one that printers set.
 */
export function displayText(text: string): string {
  return text
    .replaceAll("'", '’')
    .replaceAll(/[^\p{L}\p{M}\p{N} .+@&/_’-]/gu, ' ')
    .replaceAll(/ {2,}/g, ' ')
    .trim()
    .slice(0, LONGEST);
}

/** Characters; longer than any display. */
const LONGEST = 80;
