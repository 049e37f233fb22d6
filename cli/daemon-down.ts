import type { Config } from '../common/config.ts';
import { keeper } from './keeper.ts';

/** What to say, and do, where nobody answers on the status port. */
export function daemonDown({ ports, state }: Config): {
  readonly found: string;
  readonly mend: string;
} {
  return {
    found: `vaxel-daemon does not answer on 127.0.0.1:${ports.http}`,
    mend: `${keeper.start('vaxel-daemon')}; where it should be running, its log says why not: ${keeper.log('vaxel-daemon', state)}`,
  };
}
