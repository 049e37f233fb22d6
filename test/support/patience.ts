/**
 * How long a test waits for what should come at once, ms: far longer than a loaded machine takes, since only a test
 * that fails waits so long. How quick things are is measured in `npm run bench`.
 */
export const PATIENCE_MS = 20_000;
