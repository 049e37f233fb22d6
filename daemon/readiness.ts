import { whyNoDatabase } from '../common/db/whether-answers.ts';
import type { EslState } from './esl/supervise.ts';

/**
 * @param file - of the database.
 * @returns why calls are not answered as they should be now, in words; empty where they are.
 */
export async function whyNotReady(file: string, esl: EslState): Promise<readonly string[]> {
  return [...whyNoFreeSwitch(esl), ...(await whyNoDatabase(file))];
}

function whyNoFreeSwitch({ control, events }: EslState): readonly string[] {
  if (control === 'refused' || events === 'refused') return ['FreeSWITCH refuses our password'];
  return control === 'up' && events === 'up' ? [] : ['FreeSWITCH is not connected'];
}
