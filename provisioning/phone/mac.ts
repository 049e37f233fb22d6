import type { Mac } from './phone.ts';

/**
 * Six pairs of hexadecimal digits in any case, with colons, dashes or nothing
 * between them. All zeros, all ones and groups of addresses are no phone's:
 * `000000000000.cfg` is everybody's file.
 */
export function readMac(text: string): Mac | undefined {
  if (!MAC.test(text)) return undefined;
  const digits = text.replaceAll(/[:-]/g, '').toLowerCase();
  const isGroup = (Number.parseInt(digits.slice(0, 2), 16) & 1) === 1;
  if (isGroup || digits === '000000000000') return undefined;
  return digits as Mac;
}

const MAC = /^[0-9a-f]{12}$|^[0-9a-f]{2}(:[0-9a-f]{2}){5}$|^[0-9a-f]{2}(-[0-9a-f]{2}){5}$/i;
