import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { Config } from '../../common/config.ts';
import type { EpochMs } from '../../common/time.ts';
import { layoutOf } from '../../daemon/freeswitch/layout.ts';
import { type Finding, ok, warning, wrong } from './finding.ts';

/** Do the certificates last, and is the one shown to phones of the name they ask for? */
export function checkCertificates(config: Config, now: EpochMs): readonly Finding[] {
  const { state, phones } = config;
  const given = phones.certificate?.file;
  const ofPhones = given === undefined ? own(join(state, 'provisioning')) : [given];
  return [
    ...ofPhones.map((file) => checkOne(file, now, given === undefined ? OWN : GIVEN, phones.host)),
    ...own(layoutOf(state).tls).map((file) => checkOne(file, now, FREESWITCH)),
  ];
}

const GIVEN = 'renew it and start vaxel-provisioning again';
const OWN = 'start vaxel-provisioning again, which makes another';
const FREESWITCH = 'remove the file and start FreeSWITCH again, which makes another';

/** @param host - the name it has to be of; undefined: of any. */
function checkOne(file: string, now: EpochMs, renew: string, host?: string): Finding {
  let certificate;
  try {
    certificate = new X509Certificate(readFileSync(file));
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

/** PEM files in a folder that begin with, or hold, a certificate. */
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
    .filter((file) => readFileSync(file, 'utf8').includes('BEGIN CERTIFICATE'));
}

const DAY_MS = 86_400_000;
const SOON_DAYS = 21;
