import { X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { Config } from '../../common/config.ts';
import type { EpochMs } from '../../common/time.ts';
import { layoutOf } from '../../daemon/freeswitch/layout.ts';
import type { DaemonStatus } from '../../daemon/status.ts';
import { type Finding, ok, warning, wrong } from './finding.ts';

/** Do the certificates last, and is the one shown to phones of the name they ask for? */
export function checkCertificates(
  config: Config,
  now: EpochMs,
  status: DaemonStatus | undefined,
): readonly Finding[] {
  const { state, phones } = config;
  const given = phones.certificate?.file;
  const ofPhones = given === undefined ? own(join(state, 'provisioning')) : [given];
  return [
    ...ofPhones.map((file) => checkOne(file, now, given === undefined ? OWN : GIVEN, phones.host)),
    ...ofFreeSwitch(config, status).map((file) => checkOne(file, now, FREESWITCH)),
  ];
}

/** What to do about a certificate of one program. */
interface Mends {
  readonly gone: string;
  readonly renew: string;
  /** Whose it is. */
  readonly reader: string;
}

const GIVEN: Mends = {
  gone: 'put it there and start vaxel-provisioning again',
  renew: 'renew it and start vaxel-provisioning again',
  reader: 'vaxel-provisioning',
};

const OWN: Mends = {
  gone: 'start vaxel-provisioning again, which makes another',
  renew: 'start vaxel-provisioning again, which makes another',
  reader: 'vaxel-provisioning',
};

const FREESWITCH: Mends = {
  gone: 'put yours back, and start FreeSWITCH again: it makes one where there is none',
  renew: 'remove the file and start FreeSWITCH again, which makes another',
  reader: 'FreeSWITCH',
};

/** @param host - the name it has to be of; undefined: of any. */
function checkOne(file: string, now: EpochMs, mends: Mends, host?: string): Finding {
  const { gone, renew, reader } = mends;
  const text = read(file);
  if ('code' in text) {
    if (text.code === 'ENOENT') return wrong('certificate', `there is no ${file}`, gone);
    const mend = `let ${reader} read it, and run vaxel doctor as a user who may; ls -l ${file} says who may`;
    return wrong('certificate', `${file} cannot be read (${text.code})`, mend);
  }
  let certificate;
  try {
    certificate = new X509Certificate(text.pem);
  } catch {
    return wrong('certificate', `${file} holds no certificate that can be read`, renew);
  }
  const days = Math.floor((Date.parse(certificate.validTo) - now) / DAY_MS);
  if (days < 0) return wrong('certificate', `${file} ended ${certificate.validTo}`, renew);
  if (Date.parse(certificate.validFrom) > now) {
    const mend = 'see this machine’s clock, else wait or take another';
    return wrong('certificate', `${file} begins ${certificate.validFrom}`, mend);
  }
  if (host !== undefined && !isOf(certificate, host)) {
    const mend = `take one of ${host}, or set VAXEL_PHONES_HOST to a name it has`;
    return wrong('certificate', `${file} is not of ${host}, which phones ask for`, mend);
  }
  return days < SOON_DAYS
    ? warning('certificate', `${file} ends in ${days} days`, renew)
    : ok('certificate', `${file} lasts ${days} days`);
}

const isOf = (certificate: X509Certificate, host: string): boolean =>
  (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined;

/**
 * Those it shows on its encrypted ports, and whatever else lies there. Once it runs, it has made what nobody gave it:
 * tls.pem and wss.pem (FreeSWITCH sofia.c, `config_sofia`; Sofia-SIP tport_type_tls.c, `tport_tls_init_master`).
 */
function ofFreeSwitch(
  { state, ports }: Config,
  status: DaemonStatus | undefined,
): readonly string[] {
  const { tls } = layoutOf(state);
  const given = (...names: readonly string[]) => names.every((name) => existsSync(join(tls, name)));
  const shown = [
    ...(ports.sipTls === undefined ? [] : [given('agent.pem') ? 'agent.pem' : 'tls.pem']),
    ...(ports.wss === undefined ? [] : [given('wss.key', 'wss.crt') ? 'wss.crt' : 'wss.pem']),
  ].map((name) => join(tls, name));
  const runs = status?.freeswitch.state === 'connected';
  const there = shown.filter((file) => runs || existsSync(file));
  return [...new Set([...there, ...own(tls)])];
}

/** PEM files in a folder that begin with, or hold, a certificate; or that tell nobody what they hold. */
function own(folder: string): readonly string[] {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names
    .filter((name) => name.endsWith('.pem') || name.endsWith('.crt'))
    .map((name) => join(folder, name))
    .filter((file) => {
      const text = read(file);
      return 'code' in text || text.pem.includes('BEGIN CERTIFICATE');
    });
}

function read(file: string): { readonly pem: string } | { readonly code: string } {
  try {
    return { pem: readFileSync(file, 'utf8') };
  } catch (error) {
    return { code: error instanceof Error && 'code' in error ? String(error.code) : 'unknown' };
  }
}

const DAY_MS = 86_400_000;
const SOON_DAYS = 21;
