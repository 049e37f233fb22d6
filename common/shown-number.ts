/** Which number a person shows outside the house. */
export type ShownNumber = (typeof SHOWN_NUMBERS)[number];

/**
 * `own`: the person's; who has none shows the organisation's. `main`: the organisation's.
 * `mobile`: the person's mobile, where it is verified and the trunks take it; else as `own`.
 */
export const SHOWN_NUMBERS = ['own', 'main', 'hidden', 'mobile'] as const;
