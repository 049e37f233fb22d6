import type { Log } from '../common/log.ts';
import { noteSecurity } from '../common/security.ts';
import type { HttpDeps } from './http/app.ts';
import type { Meters } from './metrics/meters.ts';

/** Counts who is turned away at the HTTP door, and says so in the log. */
export function noteRefusals(
  log: Log,
  meters: Pick<Meters, 'refused'>,
): NonNullable<HttpDeps['onRefused']> {
  return (cause, client) => {
    meters.refused(cause);
    noteSecurity(log, 'api-refused', { client, cause }, 'a request was refused');
  };
}
