import { getCountryCallingCode, isSupportedCountry } from 'libphonenumber-js/max';
import type { Config } from '../../common/config.ts';
import type { Directory } from '../routing/directory.ts';
import { ALLOWED_INTERFACES } from './allowed-interfaces.ts';
import type { Layout } from './layout.ts';
import type { ConfView } from './render-conf.ts';
import { zoneRule } from './zone-rule.ts';

/** What freeswitch-conf/ is rendered with, for this configuration and these organisations. */
export async function confView(
  config: Config,
  routePort: number,
  eslPassword: string,
  layout: Layout,
  directory: Directory,
): Promise<ConfView> {
  const organisations = [...directory.organisations.values()];
  const { ports, bind, rtp } = config;
  return {
    bind,
    ports: {
      sip: ports.sip,
      trunk: ports.trunk,
      esl: ports.esl,
      tls: ports.sipTls,
      ws: ports.ws,
      wss: ports.wss,
    },
    daemons: doors(routePort, ports.standby),
    rtp: { first: rtp.from, last: rtp.to },
    esl_password: eslPassword,
    folders: {
      prompts: layout.prompts,
      generated: layout.generated,
      voicemail: layout.voicemail,
      cdr: layout.cdr,
      tls: layout.tls,
    },
    language: organisations[0]?.language ?? 'sv',
    calling_code: callingCode(organisations[0]?.country ?? 'SE'),
    zone: organisations[0]?.zone ?? 'Europe/Stockholm',
    domains: organisations.map(({ domain }) => domain),
    zones: await rulesOf(organisations.map(({ zone }) => zone)),
    trunk_failures: TRUNK_FAILURES.join(','),
    allowed_interfaces: ALLOWED_INTERFACES,
  };
}

/** In one order, whichever of two daemons writes it: FreeSWITCH asks the next where one refuses. */
const doors = (...ports: readonly (number | undefined)[]): string =>
  ports
    .flatMap((port) => (port === undefined ? [] : [port]))
    .sort((a, b) => a - b)
    .map((port) => `127.0.0.1:${port}`)
    .join('|');

const callingCode = (country: string): string =>
  isSupportedCountry(country) ? getCountryCallingCode(country) : '46';

async function rulesOf(zones: readonly string[]) {
  const rules = await Promise.all(
    [...new Set(zones)].sort().map(async (name) => ({ name, rule: await zoneRule(name) })),
  );
  return rules.flatMap(({ name, rule }) => (rule === undefined ? [] : [{ name, rule }]));
}

/**
 * The trunk failed, not the one who was called: try the next trunk.
 * FreeSWITCH's names (switch_types.h); 403, 408, 500, 502, 503, 504 and a gateway that is down.
 */
const TRUNK_FAILURES = [
  'CALL_REJECTED',
  'DESTINATION_OUT_OF_ORDER',
  'GATEWAY_DOWN',
  'INVALID_GATEWAY',
  'NETWORK_OUT_OF_ORDER',
  'NORMAL_CIRCUIT_CONGESTION',
  'NORMAL_TEMPORARY_FAILURE',
  'NO_ROUTE_DESTINATION',
  'OUTGOING_CALL_BARRED',
  'PROTOCOL_ERROR',
  'RECOVERY_ON_TIMER_EXPIRE',
  'REQUESTED_CHAN_UNAVAIL',
  'SERVICE_UNAVAILABLE',
  'SWITCH_CONGESTION',
] as const;
