import { VaxelError } from '../../common/errors.ts';
import type { TrunkState } from '../status.ts';

/** The command whose answer `readTrunks` reads. */
export const TRUNKS_COMMAND = 'sofia xmlstatus gateway';

/** @returns undefined where FreeSWITCH is away, or does not answer in two seconds. */
export async function askTrunks(
  control: { api(command: string, withinMs: number): Promise<string> } | undefined,
): Promise<readonly TrunkState[] | undefined> {
  try {
    const said = await control?.api(TRUNKS_COMMAND, WITHIN_MS);
    return said === undefined ? undefined : readTrunks(said);
  } catch (error) {
    if (error instanceof VaxelError) return undefined;
    throw error;
  }
}

/** Milliseconds; Prometheus gives up a scrape after ten seconds. */
const WITHIN_MS = 2_000;

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
