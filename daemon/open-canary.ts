import { canaryPassword } from '../common/canary-account.ts';
import type { Config } from '../common/config.ts';
import { keepCanary, type KeepCanaryDeps } from './canary/keep-canary.ts';
import type { EslConnection } from './esl/connection.ts';
import type { Secrets } from '../common/secrets.ts';

/** The canary of this daemon: where FreeSWITCH is, and what is done about what it finds. */
export async function openCanary({
  config,
  secrets,
  esl,
  ...deps
}: Pick<KeepCanaryDeps, 'lamps' | 'numbers' | 'numbersFell' | 'clock' | 'log'> & {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly esl: { control(): EslConnection | undefined };
}): ReturnType<typeof keepCanary> {
  return keepCanary({
    ...deps,
    host: config.bind,
    port: config.ports.sip,
    passwordOf: (domain) => canaryPassword(secrets.box, domain),
    isUp: () => esl.control() !== undefined,
  });
}
