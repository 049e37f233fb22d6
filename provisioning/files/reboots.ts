import type { Vendor } from '../models/model.ts';

/**
 * Whether a phone starts anew for a change of this parameter. Yealink marks such
 * parameters in its guides, Polycom lists them as "causes phone to restart or reboot";
 * these are the groups, so that a prediction may warn once too often, seldom too little.
 */
export function rebootsFor(vendor: Vendor, parameter: string): boolean {
  return REBOOTING[vendor].some((group) => parameter.startsWith(group));
}

const REBOOTING: Readonly<Record<Vendor, readonly string[]>> = {
  Yealink: [
    'static.network.',
    'network.',
    'static.wui.',
    'wui.',
    'static.firmware.url',
    'firmware.url',
    'static.lang.',
  ],
  Polycom: [
    'device.',
    'reg.1.server.',
    'voice.codecPref.',
    'feature.',
    'lineKey.reassignment.',
    'httpd.',
    'sec.srtp.',
    'ptt.',
    'attendant.reg',
    'efk.',
  ],
};
