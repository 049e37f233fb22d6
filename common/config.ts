import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { z } from 'zod';
import {
  type ACCESS,
  configSchema,
  KNOWN_KEYS,
  OTHER_VARIABLES,
  VARIABLES,
} from './config-schema.ts';
import { VaxelError } from './errors.ts';
import { nearest } from './nearest.ts';
import { packageRoot } from './package-root.ts';
import { readToml, type TomlFile } from './toml.ts';

/** What the programs of one installation run with. Frozen, whole and valid. */
export interface Config {
  /** Absolute. Holds the database, the secrets and what is generated. */
  readonly state: string;
  /** The address everything but loopback-only services listens on. */
  readonly bind: string;
  readonly log: 'silent' | 'error' | 'warn' | 'info' | 'debug';
  /** Where the daemon writes down what it decides on, absolute; undefined: nowhere. */
  readonly journal: string | undefined;
  /** Where the FreeSWITCH binary was said to be. */
  readonly freeswitch: string | undefined;
  readonly rtp: { readonly from: number; readonly to: number };
  readonly ports: Ports;
  readonly phones: PhonesConfig;
  /** systemd's `$CREDENTIALS_DIRECTORY`. */
  readonly credentials: string | undefined;
  /** The file it was read from. */
  readonly file: string | undefined;
}

export interface Ports {
  readonly sip: number;
  readonly trunk: number;
  /** Undefined: off. */
  readonly sipTls: number | undefined;
  readonly ws: number | undefined;
  readonly wss: number | undefined;
  readonly esl: number;
  readonly http: number;
  readonly provisioning: number;
  /** Where the daemon listens for FreeSWITCH's questions. */
  readonly route: number;
  /** Where a second daemon on this machine does, if there is one. */
  readonly standby: number | undefined;
  /** HTTPS for the phones of one vendor each: not all of them name the host they mean. */
  readonly provisioningYealink: number | undefined;
  readonly provisioningPolycom: number | undefined;
  /** What is measured of provisioning, on loopback: the door for phones may face the internet. */
  readonly provisioningMonitor: number | undefined;
}

/** How desk phones get their files. */
export interface PhonesConfig {
  /** A name or an address of this machine, as phones reach it. */
  readonly host: string;
  /** What lets a phone have its files; any one suffices. */
  readonly access: readonly (typeof ACCESS)[number][];
  /** Whether secrets may go over plain HTTP. They may where nothing leaves this machine. */
  readonly plainHttp: boolean;
  readonly lobby: boolean;
  readonly pnp: boolean;
  /** PEM files; undefined: a certificate of our own making. */
  readonly certificate: { readonly file: string; readonly key: string } | undefined;
  /** PEM files of those who sign factory certificates. */
  readonly yealinkCa: string | undefined;
  readonly polycomCa: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Where each part of the installation keeps its data. */
export const databaseFile = (config: Config): string => join(config.state, 'vaxel.db');

/**
 * Reads the one file and the environment over it.
 *
 * The file is `$VAXEL_CONFIG`; else `vaxel.toml` in the state directory; else,
 * outside a checkout, `/etc/vaxel/vaxel.toml`. None is needed.
 *
 * @throws {VaxelError} CONFIG_INVALID with every complaint at once.
 */
export function loadConfig(env: Environment, root = packageRoot()): Config {
  const file = findFile(env, root);
  const toml = file === undefined ? EMPTY : readFile(file.path);
  const raw: Record<string, unknown> = {
    state: file?.production === true ? '/var/lib/vaxel' : join(root, 'var'),
    ...toml.values,
  };
  const sources = overlay(raw, env);
  const where = (path: string): string => {
    const line = toml.lineOf(path);
    return sources.get(path) ?? (line === undefined ? path : `${file?.path ?? ''}:${line} ${path}`);
  };
  const parsed = configSchema.safeParse(raw);
  const complaints = [
    ...unknownVariables(env),
    ...(parsed.success ? [] : parsed.error.issues.flatMap((issue) => complaintsOf(issue, where))),
    ...(parsed.success ? clashes(portsOf(parsed.data), parsed.data.rtp_ports, where) : []),
  ];
  if (!parsed.success || complaints.length > 0) throw invalid(complaints);

  const { state, bind, log, journal, freeswitch, rtp_ports: rtp, phones } = parsed.data;
  const ports = Object.freeze(portsOf(parsed.data));
  return Object.freeze({
    state: resolve(state),
    bind,
    log,
    journal: journal === undefined ? undefined : resolve(journal),
    freeswitch,
    rtp: Object.freeze(rtp),
    ports,
    phones: Object.freeze(phonesOf(phones, bind)),
    credentials: env['CREDENTIALS_DIRECTORY'],
    file: file?.path,
  });
}

function findFile(
  env: Environment,
  root: string,
): { readonly path: string; readonly production: boolean } | undefined {
  const named = env['VAXEL_CONFIG'];
  if (named !== undefined) return { path: named, production: true };
  const local = join(env['VAXEL_STATE'] ?? join(root, 'var'), 'vaxel.toml');
  if (existsSync(local)) return { path: local, production: false };
  const checkout = existsSync(join(root, '.git')) || env['VAXEL_STATE'] !== undefined;
  return !checkout && existsSync(PRODUCTION) ? { path: PRODUCTION, production: true } : undefined;
}

function readFile(path: string): TomlFile {
  let text;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw invalid([`${path}: cannot be read; it must be a file this user may read`], cause);
  }
  const toml = readToml(text);
  if ('why' in toml) throw invalid([`${path}:${toml.line}: ${toml.why}`]);
  return toml;
}

/** Puts the environment over `raw`. @returns which variable said what. */
function overlay(raw: Record<string, unknown>, env: Environment): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  for (const [variable, path] of Object.entries(VARIABLES)) {
    const text = env[variable];
    if (text === undefined || text === '') continue;
    sources.set(path, variable);
    const [table, key] = path.split('.');
    if (key === undefined) raw[path] = text;
    else if (table !== undefined) {
      const before = raw[table];
      const ports = typeof before === 'object' ? before : {};
      raw[table] = { ...ports, [key]: /^\d+$/.test(text) ? Number(text) : text };
    }
  }
  return sources;
}

function unknownVariables(env: Environment): readonly string[] {
  const known = [...Object.keys(VARIABLES), ...OTHER_VARIABLES];
  return Object.keys(env)
    .filter((name) => name.startsWith('VAXEL_') && !known.includes(name))
    .map((name) => `${name}: there is no such variable${suggestion(name, known)}`);
}

function complaintsOf(issue: z.core.$ZodIssue, where: (path: string) => string): readonly string[] {
  const path = issue.path.join('.');
  if (issue.code !== 'unrecognized_keys') return [`${where(path)}: must be ${issue.message}`];
  return issue.keys.map((key) => {
    const full = path === '' ? key : `${path}.${key}`;
    return `${where(full)}: there is no such setting${suggestion(full, KNOWN_KEYS)}`;
  });
}

function suggestion(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? `; there are ${known.join(', ')}` : `; did you mean ${near}?`;
}

/** The encrypted transports have their usual ports beside the usual SIP port, and are off elsewhere. */
function portsOf({ ports }: z.infer<typeof configSchema>): Ports {
  const { sip_tls, ws, wss, standby, ...rest } = ports;
  const { provisioning_yealink, provisioning_polycom, provisioning_monitor, ...always } = rest;
  const on = (usual: boolean, given: number | undefined, standard: number): number | undefined =>
    (given ?? (usual ? standard : 0)) || undefined;
  const sip = ports.sip === 5060;
  const phones = ports.provisioning === 8081;
  return {
    ...always,
    sipTls: on(sip, sip_tls, 5061),
    ws: on(sip, ws, 5066),
    wss: on(sip, wss, 7443),
    standby: on(false, standby, 0),
    provisioningYealink: on(phones, provisioning_yealink, 8443),
    provisioningPolycom: on(phones, provisioning_polycom, 8444),
    provisioningMonitor: on(phones, provisioning_monitor, 8082),
  };
}

function phonesOf(phones: z.infer<typeof configSchema>['phones'], bind: string): PhonesConfig {
  const { host = bind, access, plain_http, lobby, pnp, certificate, key } = phones;
  return {
    host,
    access,
    plainHttp: plain_http ?? /^(127\.|::1$)/.test(bind),
    lobby,
    pnp,
    certificate:
      certificate === undefined || key === undefined ? undefined : { file: certificate, key },
    yealinkCa: phones.yealink_ca,
    polycomCa: phones.polycom_ca,
  };
}

function clashes(
  ports: Ports,
  rtp: Config['rtp'],
  where: (path: string) => string,
): readonly string[] {
  const complaints: string[] = [];
  const taken = new Map<number, string>();
  for (const [name, port] of Object.entries(ports) as readonly [string, number | undefined][]) {
    if (port === undefined) continue;
    const path = `ports.${name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
    const other = taken.get(port);
    if (other !== undefined) {
      complaints.push(`${where(path)}: must not be ${port} as well as ${where(other)}`);
    }
    taken.set(port, path);
    if (['sip', 'trunk'].includes(name) && port >= rtp.from && port <= rtp.to) {
      complaints.push(`${where(path)}: must lie outside rtp_ports, ${rtp.from}-${rtp.to}`);
    }
  }
  return complaints;
}

function invalid(complaints: readonly string[], cause?: unknown): VaxelError {
  return new VaxelError(
    'CONFIG_INVALID',
    `the configuration is not valid:\n${complaints.map((line) => `  ${line}`).join('\n')}`,
    { complaints: complaints.length },
    { cause },
  );
}

const PRODUCTION = '/etc/vaxel/vaxel.toml';
const EMPTY: TomlFile = { values: {}, lineOf: () => undefined };
