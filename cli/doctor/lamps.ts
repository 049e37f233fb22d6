import type { DaemonStatus } from '../../daemon/status.ts';
import { type Finding, ok, wrong } from './finding.ts';

/** Does every lamp show what is true? */
export function checkLamps({ lamps: { watched, wrong: differ } }: DaemonStatus): Finding {
  return differ === 0
    ? ok('lamps', `${watched} are watched, and show what is true`)
    : wrong(
        'lamps',
        `${differ} of ${watched} have shown for more than two seconds what is not true`,
        'vaxel lamps --wrong says which; see VaxelLampsWrong in docs/runbook.md',
      );
}
