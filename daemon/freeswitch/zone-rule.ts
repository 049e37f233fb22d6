import { readFile } from 'node:fs/promises';

/**
 * The POSIX rule of an IANA zone, which is what FreeSWITCH's timezones.conf
 * wants: `CET-1CEST,M3.5.0,M10.5.0/3`.
 *
 * It is the last line of the zone's compiled file (RFC 8536 §3.3). Machines
 * without tzdata get the rules of the zones below.
 *
 * @returns undefined for a zone that neither knows.
 */
export async function zoneRule(zone: string): Promise<string | undefined> {
  if (!/^[A-Za-z0-9_+-]+(\/[A-Za-z0-9_+-]+){0,2}$/.test(zone)) return undefined;
  try {
    const compiled = await readFile(`/usr/share/zoneinfo/${zone}`, 'latin1');
    const rule = compiled.trimEnd().split('\n').at(-1);
    if (rule !== undefined && /^[\x21-\x7e]{3,60}$/.test(rule)) return rule;
  } catch {
    // No tzdata here; the table below knows the zones of most who install this.
  }
  return KNOWN[zone];
}

const KNOWN: Readonly<Record<string, string>> = {
  'Europe/Stockholm': 'CET-1CEST,M3.5.0,M10.5.0/3',
  'Europe/Oslo': 'CET-1CEST,M3.5.0,M10.5.0/3',
  'Europe/Copenhagen': 'CET-1CEST,M3.5.0,M10.5.0/3',
  'Europe/Berlin': 'CET-1CEST,M3.5.0,M10.5.0/3',
  'Europe/Helsinki': 'EET-2EEST,M3.5.0/3,M10.5.0/4',
  'Europe/London': 'GMT0BST,M3.5.0/1,M10.5.0',
  UTC: 'UTC0',
};
