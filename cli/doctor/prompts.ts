import type { Config } from '../../common/config.ts';
import { layoutOf } from '../../daemon/freeswitch/layout.ts';
import type { DaemonStatus } from '../../daemon/status.ts';
import { promptsThere } from '../../daemon/voice/prompts-there.ts';
import { keeper } from '../keeper.ts';
import { type Finding, ok, warning, wrong } from './finding.ts';

/** Is every prompt there that a caller may hear? */
export async function checkPrompts(
  { state }: Config,
  status: DaemonStatus | undefined,
): Promise<Finding> {
  const folder = layoutOf(state).prompts;
  const { there, all } = await promptsThere(folder);
  const found = `${there} of ${all} prompts are there`;
  if (there === all) return ok('prompts', found);
  switch (status?.prompts) {
    case 'making':
      return warning('prompts', found, 'wait a minute: they are being made');
    case 'failed':
    case 'ready':
      return wrong(
        'prompts',
        found,
        `the daemon makes them within some minutes; where it does not, see its log (${keeper.log('vaxel-daemon', state)}) and SPEECH_FAILED in ${keeper.errors}`,
      );
    case undefined:
      return warning('prompts', found, 'the daemon makes them when it starts');
  }
}
