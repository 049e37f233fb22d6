import type { Log } from '../common/log.ts';
import { embeddedSpeaker } from './voice/embedded-speaker.ts';
import { ensurePrompts } from './voice/prompts.ts';

export interface PromptKeeper {
  state(): 'making' | 'ready' | 'failed';
}

/** Makes what prompts are missing, beside the work of answering calls. */
export function keepPrompts(folder: string, log: Log): PromptKeeper {
  let state: ReturnType<PromptKeeper['state']> = 'making';
  ensurePrompts({ folder, speaker: embeddedSpeaker(), log }).then(
    () => (state = 'ready'),
    (err: unknown) => {
      state = 'failed';
      log.error({ err }, 'prompts are missing: callers hear less than they should');
    },
  );
  return { state: () => state };
}
