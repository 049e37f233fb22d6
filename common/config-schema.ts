import { isIP } from 'node:net';
import { z } from 'zod';

/** Every setting: its path in the TOML file, and the variable that overrides it. */
export const VARIABLES: Readonly<Record<string, string>> = {
  VAXEL_STATE: 'state',
  VAXEL_BIND: 'bind',
  VAXEL_LOG: 'log',
  FREESWITCH: 'freeswitch',
  VAXEL_RTP_PORTS: 'rtp_ports',
  VAXEL_SIP_PORT: 'ports.sip',
  VAXEL_TRUNK_PORT: 'ports.trunk',
  VAXEL_SIP_TLS_PORT: 'ports.sip_tls',
  VAXEL_WS_PORT: 'ports.ws',
  VAXEL_WSS_PORT: 'ports.wss',
  VAXEL_ESL_PORT: 'ports.esl',
  VAXEL_HTTP_PORT: 'ports.http',
  VAXEL_PROVISIONING_PORT: 'ports.provisioning',
  VAXEL_ROUTE_PORT: 'ports.route',
  VAXEL_STANDBY_PORT: 'ports.standby',
};

/** Read elsewhere: not settings, and no mistake either. */
export const OTHER_VARIABLES: readonly string[] = ['VAXEL_CONFIG', 'VAXEL_TRUNK_PASSWORD'];

const PORT = 'a port from 1 to 65535';
const port = z.number(PORT).int(PORT).min(1, PORT).max(65_535, PORT);

const OPTIONAL_PORT = 'a port from 1 to 65535, or 0 for off';
const optionalPort = z
  .number(OPTIONAL_PORT)
  .int(OPTIONAL_PORT)
  .min(0, OPTIONAL_PORT)
  .max(65_535, OPTIONAL_PORT)
  .optional();

const RTP = 'two ports, the lower first, such as 16384-32768';

/** `16384-32768` → from and to. */
const rtpPorts = z
  .string(RTP)
  .regex(/^[1-9]\d{3,4}-[1-9]\d{3,4}$/, RTP)
  .transform((text) => {
    const [from = 0, to = 0] = text.split('-').map(Number);
    return { from, to };
  })
  .refine(({ from, to }) => from >= 1024 && from < to && to <= 65_535, RTP);

const BIND = 'one address of this machine, such as 127.0.0.1 or 192.0.2.10 (not 0.0.0.0)';

export const configSchema = z.strictObject({
  state: z.string('a directory').min(1, 'a directory'),
  bind: z
    .string(BIND)
    .refine((text) => isIP(text) !== 0 && !/^(0\.0\.0\.0|[0:]+)$/.test(text), BIND)
    .default('127.0.0.1'),
  log: z
    .enum(['silent', 'error', 'warn', 'info', 'debug'], 'one of silent, error, warn, info, debug')
    .default('info'),
  freeswitch: z.string('the path of the binary').min(1, 'the path of the binary').optional(),
  rtp_ports: rtpPorts.prefault('16384-32768'),
  ports: z
    .strictObject(
      {
        sip: port.default(5060),
        trunk: port.default(5080),
        sip_tls: optionalPort,
        ws: optionalPort,
        wss: optionalPort,
        esl: port.default(8021),
        http: port.default(8080),
        provisioning: port.default(8081),
        route: port.default(8084),
        standby: optionalPort,
      },
      'a table of ports',
    )
    .prefault({}),
});

/** What each table may hold, for suggestions. */
export const KNOWN_KEYS: readonly string[] = [...Object.values(VARIABLES), 'ports'];
