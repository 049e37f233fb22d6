import type { Log } from '../common/log.ts';
import { embeddedSpeaker } from './voice/embedded-speaker.ts';
import { promptsThere } from './voice/prompts-there.ts';
import { ensurePrompts } from './voice/prompts.ts';

export interface PromptKeeper {
  state(): 'making' | 'ready' | 'failed';
  /** A recording came or went: fulfilled when its prompt is in place, or at once while all are being made. */
  again(): Promise<void>;
  /** Looks whether all are there, now rather than in a minute. */
  look(): Promise<void>;
  stop(): void;
}

export interface PromptKeeperDeps {
  readonly folder: string;
  readonly log: Log;
  /** Makes what is missing; rejects where it cannot. */
  readonly make?: () => Promise<unknown>;
}

/** Makes what prompts are missing, beside the work of answering calls, and again where some are gone later. */
export function keepPrompts({
  folder,
  log,
  make = () => ensurePrompts({ folder, speaker: embeddedSpeaker(), log }),
}: PromptKeeperDeps): PromptKeeper {
  let state: ReturnType<PromptKeeper['state']> = 'making';
  let failing = false;
  let wanted = 0;

  async function begin(): Promise<void> {
    state = 'making';
    try {
      for (let made = -1; made !== wanted;) {
        made = wanted;
        await make();
      }
      state = 'ready';
      failing = false;
    } catch (err) {
      state = 'failed';
      if (!failing) log.error({ err }, 'prompts are missing: callers hear less than they should');
      failing = true;
    }
  }

  async function again(): Promise<void> {
    wanted += 1;
    if (state !== 'making') await begin();
  }

  async function look(): Promise<void> {
    if (state === 'making') return;
    const { there, all } = await promptsThere(folder);
    if (there === all) return;
    if (state === 'ready')
      log.warn({ count: all - there }, 'prompts are gone: they are made again');
    await begin();
  }

  void begin();
  const looking = setInterval(() => void look(), LOOK_MS).unref();
  return {
    state: () => state,
    again,
    look,
    stop: () => {
      clearInterval(looking);
    },
  };
}

/** Milliseconds. */
const LOOK_MS = 60_000;
