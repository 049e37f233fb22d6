/**
 * What of a call that comes by a trunk says who calls, each with what stands before it:
 * nothing, the carrier's `P-Asserted-Identity` (RFC 3325), its `Remote-Party-ID`, or `From`,
 * where the carrier lets no customer write what is not theirs.
 */
export type TrunkTrust = (typeof TRUNK_TRUSTS)[number];

/** Least first. */
export const TRUNK_TRUSTS = ['nobody', 'asserted', 'remote-party', 'from'] as const;

export const leastTrust = (trusts: readonly TrunkTrust[]): TrunkTrust | undefined =>
  TRUNK_TRUSTS.find((each) => trusts.includes(each));
