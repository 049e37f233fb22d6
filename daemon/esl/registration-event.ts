import type { EpochMs } from '../../common/time.ts';
import type { ExchangeEvent } from '../call/event.ts';
import type { EslHeaders } from './headers.ts';
import { type Ignored, ignored } from './ignored.ts';
import { readDomain, readSeconds } from './values.ts';

/** An expiry names user and host otherwise than the two a phone asks for (`sofia_reg.c`). */
export function readRegistration(
  headers: EslHeaders,
  at: EpochMs,
  how: 'registered' | 'asked' | 'expired',
): ExchangeEvent | Ignored {
  const username = headers['from-user'] ?? headers['user'];
  const domain = readDomain(headers['from-host'] ?? headers['host']);
  if (!username || domain === undefined) return ignored('a registration without user and host');
  const registration = {
    at,
    username,
    domain,
    contact: headers['contact'] ?? '',
    userAgent: headers['user-agent'] ?? '',
    ip: headers['network-ip'] ?? '',
    expires: readSeconds(how === 'registered' ? headers['expires'] : '0'),
  };
  return how === 'registered'
    ? { kind: 'registered', ...registration }
    : { kind: 'unregistered', why: how, ...registration };
}
