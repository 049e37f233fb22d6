/** Free bytes below which a disk counts as full, for the doctor and the log; docs/monitoring/alerts.yml has it too. */
export const FULL_BELOW = 100_000_000;
