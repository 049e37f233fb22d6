import type { Brand } from './brand.ts';

/** Twelve lower-case hexadecimal digits, no separators. Made only by `readMac`. */
export type Mac = Brand<string, 'Mac'>;

/**
 * A phone's hardware address in any spelling people print: `00:15:65:A1:B2:C3`,
 * `00-15-65-a1-b2-c3`, `001565.a1b2c3`, `001565a1b2c3`.
 *
 * All zeros is no phone: it is Polycom's name for "any", as in `000000000000.cfg`.
 */
export function readMac(text: string): Mac | undefined {
  if (!/^[0-9a-f]{2}([:.-]?[0-9a-f]{2}){5}$/i.test(text)) return undefined;
  const mac = text.replaceAll(/[:.-]/g, '').toLowerCase();
  return mac === '000000000000' ? undefined : (mac as Mac);
}

/** As people read it: `00:15:65:a1:b2:c3`. */
export const macText = (mac: string): string => mac.match(/../g)?.join(':') ?? mac;
