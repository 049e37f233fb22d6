import { isIP } from 'node:net';
import { z } from 'zod';
import { readSipDomain } from './sip-domain.ts';

/** Every setting: its path in the TOML file, and the variable that overrides it. */
export const VARIABLES: Readonly<Record<string, string>> = {
  VAXEL_STATE: 'state',
  VAXEL_BIND: 'bind',
  VAXEL_LOG: 'log',
  VAXEL_JOURNAL: 'journal',
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
  VAXEL_PROVISIONING_YEALINK_PORT: 'ports.provisioning_yealink',
  VAXEL_PROVISIONING_POLYCOM_PORT: 'ports.provisioning_polycom',
  VAXEL_PROVISIONING_MONITOR_PORT: 'ports.provisioning_monitor',
  VAXEL_PHONES_HOST: 'phones.host',
  VAXEL_PHONES_ACCESS: 'phones.access',
  VAXEL_PHONES_PLAIN_HTTP: 'phones.plain_http',
  VAXEL_PHONES_LOBBY: 'phones.lobby',
  VAXEL_PHONES_PNP: 'phones.pnp',
  VAXEL_PHONES_CERTIFICATE: 'phones.certificate',
  VAXEL_PHONES_KEY: 'phones.key',
  VAXEL_PHONES_YEALINK_CA: 'phones.yealink_ca',
  VAXEL_PHONES_POLYCOM_CA: 'phones.polycom_ca',
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

const YES_NO = 'true or false';

/** As TOML writes it, or as a variable does. */
const saidYesNo = z
  .union([z.boolean(), z.enum(['true', 'false'])], YES_NO)
  .transform((value) => value === true || value === 'true');
const yesNo = saidYesNo.prefault(false);

export const ACCESS = ['token', 'digest', 'basic', 'certificate'] as const;
const ACCESS_FORM = 'some of token, digest, basic, certificate, with commas between';

const access = z
  .string(ACCESS_FORM)
  .transform((text) => text.split(',').map((word) => word.trim()))
  .pipe(z.array(z.enum(ACCESS, ACCESS_FORM)).min(1, ACCESS_FORM))
  .prefault('token,digest');

const FILE = 'the path of a file';
const file = z.string(FILE).min(1, FILE).optional();

const HOST = 'a name or an IPv4 address that phones reach this machine by';

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
  journal: z.string('a directory').min(1, 'a directory').optional(),
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
        provisioning_yealink: optionalPort,
        provisioning_polycom: optionalPort,
        provisioning_monitor: optionalPort,
      },
      'a table of ports',
    )
    .prefault({}),
  phones: z
    .strictObject(
      {
        host: z
          .string(HOST)
          .refine((text) => readSipDomain(text) !== undefined, HOST)
          .optional(),
        access,
        plain_http: saidYesNo.optional(),
        lobby: yesNo,
        pnp: yesNo,
        certificate: file,
        key: file,
        yealink_ca: file,
        polycom_ca: file,
      },
      'a table of settings',
    )
    .prefault({})
    .refine(({ certificate, key }) => (certificate === undefined) === (key === undefined), {
      message: 'given with both certificate and key, or neither',
    }),
});

/** What each table may hold, for suggestions. */
export const KNOWN_KEYS: readonly string[] = [...Object.values(VARIABLES), 'ports', 'phones'];
