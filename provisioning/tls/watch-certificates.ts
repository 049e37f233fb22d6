import { X509Certificate } from 'node:crypto';
import type { Log } from '../../common/log.ts';
import type { Figure } from '../../common/metrics.ts';
import type { Clock } from '../../common/time.ts';
import type { KeyedCertificate } from './certificate.ts';

export interface CertificateWatch {
  /** Until the first of them ends; below zero where it has, undefined where there is none. */
  readonly leftSeconds: () => number | undefined;
  stop(): void;
}

/** Says in the log, at once and every day, when a certificate shown to phones ends soon or has ended. */
export function watchCertificates(
  certificates: readonly KeyedCertificate[],
  clock: Clock,
  log: Pick<Log, 'warn' | 'error'>,
): CertificateWatch {
  const ends = certificates.map(({ cert }) => Date.parse(new X509Certificate(cert).validTo));
  const leftSeconds = () => (ends.length === 0 ? undefined : (Math.min(...ends) - clock()) / 1_000);

  function look(): void {
    const left = leftSeconds() ?? Infinity;
    const cause = `at ${new Date(Math.min(...ends)).toISOString()}: renew it and start again`;
    if (left <= 0) log.error({ cause }, 'a certificate shown to phones has ended');
    else if (left < SOON_S) log.warn({ cause }, 'a certificate shown to phones ends soon');
  }

  const looking = ends.length === 0 ? undefined : setInterval(look, DAY_S * 1_000).unref();
  if (looking !== undefined) look();
  return {
    leftSeconds,
    stop: () => {
      clearInterval(looking);
    },
  };
}

/** Left out where nothing is shown to phones. */
export const certificateFigure = ({
  leftSeconds,
}: Pick<CertificateWatch, 'leftSeconds'>): Figure => ({
  type: 'gauge',
  name: 'vaxel_certificate_left_seconds',
  help: 'Until the first certificate shown to phones ends; below zero: since.',
  look: () => leftSeconds(),
});

const DAY_S = 86_400;
/** Three weeks, as `vaxel doctor` has it. */
const SOON_S = 21 * DAY_S;
