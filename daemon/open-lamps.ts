import type { Config } from '../common/config.ts';
import type { Log } from '../common/log.ts';
import { steadyClock, systemClock } from '../common/time.ts';
import type { NotifyNumbers } from './canary/notify-numbers.ts';
import { slotsTaken } from './esl/parked.ts';
import type { EslSupervisor } from './esl/supervise.ts';
import { keepLines } from './keep-lines.ts';
import { keepLamps, type LampsDeps } from './lamps/keep-lamps.ts';
import { keepMessageLamps } from './lamps/messages.ts';
import { keepOrphans } from './lamps/orphans.ts';
import type { LineKeeper } from './lines/lines.ts';

export interface OpenLampsDeps extends Pick<
  LampsDeps,
  'directory' | 'activityOf' | 'isForwarded' | 'onTold'
> {
  readonly config: Config;
  readonly lines: LineKeeper;
  readonly numbers: NotifyNumbers;
  readonly esl: EslSupervisor;
  /** Whether a client of ours is told of lines. */
  readonly isHeard: () => boolean;
  /** Gives FreeSWITCH a command, and its answer; empty where there is no link. */
  readonly tell: (command: string) => Promise<string>;
  readonly log: Log;
}

/** Lamps of every kind, and the lines that they show. */
export function openLamps({
  config: { state },
  lines,
  numbers,
  esl,
  isHeard,
  tell,
  ...deps
}: OpenLampsDeps) {
  const { directory, log } = deps;
  const control = () => esl.control();
  const messageLamps = keepMessageLamps({ directory, control, log });
  const orphans = keepOrphans({ state, clock: systemClock, log, control, lamps: () => lamps });
  const lamps = keepLamps({
    ...{ ...deps, orphans, lines, control, clock: steadyClock },
    newMessages: async (mailbox) => Number.parseInt(await tell(`vm_boxcount ${mailbox}`), 10) || 0,
    parked: async (domain) => slotsTaken(esl.control(), domain),
  });
  const live = keepLines({
    ...{ state, lines, lamps, orphans, numbers, clock: steadyClock, control, isHeard, log },
    nudge: () => {
      esl.nudge();
    },
  });
  return { messageLamps, orphans, lamps, live };
}
