import type { Config } from '../common/config.ts';

/** What to say, and do, where nobody answers on the status port. */
export function daemonDown({ ports, state }: Config): {
  readonly found: string;
  readonly mend: string;
} {
  return {
    found: `vaxel-daemon does not answer on 127.0.0.1:${ports.http}`,
    mend: `npm start starts it; where it should be running, its log is in ${state}/log`,
  };
}
