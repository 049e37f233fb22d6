import type { E164 } from '../../common/phone-number.ts';
import type { ShownNumber } from '../../common/shown-number.ts';
import type { Organisation, User } from './directory.ts';
import type { Shown } from './plan.ts';

/** A number that was dialled, and what it is to be shown for this call alone. */
export interface DialledAs {
  readonly dialled: string;
  /** Undefined: as the person has decided. */
  readonly shows: ShownNumber | undefined;
}

/**
 * `*31#<number>`, and `*31*<number>` for phones that take `#` for "dial now", hide
 * the number for one call. `#31#<number>` shows it for whoever usually hides it, and
 * hides it for all others, who know it from mobile networks (3GPP TS 22.030 annex B).
 */
export function readShownPrefix(text: string, usually: ShownNumber | undefined): DialledAs {
  const [, code, dialled] = PREFIX.exec(text) ?? [];
  if (code === undefined || dialled === undefined) return { dialled: text, shows: undefined };
  return { dialled, shows: code === '#31#' && usually === 'hidden' ? 'own' : 'hidden' };
}

const PREFIX = /^(\*31[#*]|#31#)(\+?\d+)$/;

/** Who hides is vouched for all the same, to the carrier alone (RFC 3325 §9.3). */
export function shownOutside(organisation: Organisation, user: User, shows?: ShownNumber): Shown {
  const { number, hidden } = outwardNumber(organisation, user, shows);
  return {
    name: '',
    number: hidden ? '' : (number ?? ''),
    hidden,
    ...(hidden && number !== undefined && { asserted: number }),
  };
}

/** The number that a person has outside, and whether anybody may see it. */
export function outwardNumber(
  organisation: Organisation,
  user: Pick<User, 'numbers' | 'rules' | 'devices'>,
  shows: ShownNumber = user.rules.shownNumber,
): { readonly number: E164 | undefined; readonly hidden: boolean } {
  const own = ownNumber(organisation, user);
  const other =
    shows === 'mobile'
      ? shownMobile(organisation, user).number
      : shows === 'main'
        ? organisation.mainNumber
        : undefined;
  const number = other ?? own;
  return { number, hidden: shows === 'hidden' || number === undefined };
}

/**
 * The number of the person's mobile, where nobody else could be meant by it: the sysadmin has verified that
 * it is theirs, and every trunk the call may leave by takes it. Else why it is not shown.
 */
export function shownMobile(
  { trunks }: Pick<Organisation, 'trunks'>,
  { devices }: Pick<User, 'devices'>,
):
  | { readonly number: E164; readonly why?: never }
  | { readonly number?: never; readonly why: NoMobile } {
  const mobile = devices.find((device) => device.kind === 'mobile' && device.verified === true);
  if (mobile?.kind !== 'mobile') return { why: 'no-verified-mobile' };
  return trunks.every(({ showsMobiles }) => showsMobiles === true)
    ? { number: mobile.to }
    : { why: 'trunk-shows-no-mobiles' };
}

export type NoMobile = 'no-verified-mobile' | 'trunk-shows-no-mobiles';

/** Who has no number of his own shows the organisation's. */
export const ownNumber = (
  { mainNumber }: Organisation,
  { numbers }: Pick<User, 'numbers'>,
): E164 | undefined => numbers[0] ?? mainNumber;
