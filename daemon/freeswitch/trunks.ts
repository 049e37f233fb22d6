import type { TrunkState } from '../status.ts';

/** The command whose answer `readTrunks` reads. */
export const TRUNKS_COMMAND = 'sofia xmlstatus gateway';

/** Reads `sofia xmlstatus gateway` (mod_sofia.c, `xml_gateway_status`). */
export function readTrunks(xml: string): readonly TrunkState[] {
  return [...xml.matchAll(/<gateway>(.*?)<\/gateway>/gs)].flatMap(([, gateway = '']) => {
    const field = (name: string) =>
      new RegExp(`<${name}>([^<]*)</${name}>`).exec(gateway)?.[1] ?? '';
    if (field('profile') !== 'vaxel-trunk') return [];
    const why = [
      ...(field('status') === 'UP' ? [] : ['it does not answer OPTIONS']),
      ...(REGISTERED.includes(field('state'))
        ? []
        : [`its registration is ${field('state') || 'unknown'}`]),
    ];
    return [{ name: field('name'), up: why.length === 0, why: why.join(', ') }];
  });
}

/** Or not to be registered (sofia_glue.h, `reg_state_t`). */
const REGISTERED: readonly string[] = ['NOREG', 'REGED', 'REGISTER'];
