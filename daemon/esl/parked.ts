import type { LegId } from '../call/event.ts';
import { word } from './dial-string.ts';

/** A call that waits in a numbered place of its organisation. */
export interface ParkedCall {
  readonly slot: number;
  readonly leg: LegId;
}

export const parkedCommand = (domain: string): string => `valet_info ${word(domain)}`;

/**
 * Reads what `valet_info` says of one lot:
 * `<lots><lot name="anka.example"><extension uuid="…">7</extension></lot></lots>`
 * (mod_valet_parking.c, `valet_info_function`).
 */
export function readParked(answer: string): readonly ParkedCall[] {
  return [...answer.matchAll(/<extension uuid="([0-9a-f-]{8,64})">(\d{1,2})<\/extension>/g)].map(
    ([, leg = '', slot]) => ({ slot: Number(slot), leg: leg as LegId }),
  );
}

/** The places of an organisation where a call waits; undefined while there is no FreeSWITCH. */
export async function slotsTaken(
  freeswitch: { api(command: string): Promise<string> } | undefined,
  domain: string,
): Promise<ReadonlySet<number> | undefined> {
  const said = await freeswitch?.api(parkedCommand(domain));
  return said === undefined ? undefined : new Set(readParked(said).map(({ slot }) => slot));
}
