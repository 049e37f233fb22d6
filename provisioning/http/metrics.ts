import { Counter, Histogram, type Registry } from 'prom-client';
import { tally } from '../../common/tally.ts';
import type { GrantedBy, RefusedFor } from '../access/access.ts';
import type { Vendor } from '../models/model.ts';
import type { ScanKind } from './scanner.ts';

type Refusal = RefusedFor | 'plain-http' | 'too-many';

/** What is counted of phones and of who pretends to be one. */
export interface Meters {
  /** @param vendor - as the request says, which proves nothing; undefined: it says none we know. */
  answered(vendor: Vendor | undefined, status: number, ms: number): void;
  granted(by: GrantedBy): void;
  refused(why: Refusal): void;
  scanned(kind: ScanKind): void;
}

/** No label ever holds a MAC address, a person or an organisation. */
export function createMeters(registry: Registry): Meters {
  const registers = [registry];
  const requests = tally(registry, {
    name: 'vaxel_phone_requests_total',
    help: 'Answers to requests for phones’ files, by vendor and by HTTP status.',
    labels: ['vendor', 'status'],
    born: ['yealink', 'polycom', 'unknown'].map((vendor) => [vendor, '500'] as const),
  });
  const seconds = new Histogram({
    name: 'vaxel_phone_request_seconds',
    help: 'From a request for a phone’s file until it was answered.',
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers,
  });
  const granted = tally(registry, {
    name: 'vaxel_phone_granted_total',
    help: 'Requests granted, by what was shown.',
    labels: ['by'],
  });
  const refused = new Counter({
    name: 'vaxel_phone_refused_total',
    help: 'Requests refused, by why.',
    labelNames: ['why'],
    registers,
  });
  const scans = new Counter({
    name: 'vaxel_phone_scans_total',
    help: 'Requests as scanners send them: somebody is looking for phones.',
    labelNames: ['kind'],
    registers,
  });
  // A series that is born at 1 has not increased for Prometheus, and the first of these is reason enough to call somebody.
  for (const kind of Object.keys(SCANS)) scans.inc({ kind }, 0);
  for (const why of Object.keys(REFUSALS)) refused.inc({ why }, 0);

  return {
    answered: (vendor, status, ms) => {
      requests(vendor?.toLowerCase() ?? 'unknown', String(status));
      seconds.observe(ms / 1_000);
    },
    granted,
    refused: (why) => {
      refused.inc({ why });
    },
    scanned: (kind) => {
      scans.inc({ kind });
    },
  };
}

const SCANS: Readonly<Record<ScanKind, true>> = {
  'common-file': true,
  placeholder: true,
  'other-vendor': true,
  traversal: true,
};

const REFUSALS: Readonly<Record<Refusal, true>> = {
  'wrong-token': true,
  'wrong-credentials': true,
  replayed: true,
  disabled: true,
  'other-phone': true,
  'other-agent': true,
  'not-offered': true,
  'plain-http': true,
  'too-many': true,
};
