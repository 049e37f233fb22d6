import type { Clock } from '../common/time.ts';
import type { DirectoryStore } from './directory-store.ts';
import type { EslSupervisor } from './esl/supervise.ts';
import type { Tell } from './freeswitch/publish.ts';
import { readRegistrations, REGISTRATIONS_COMMAND } from './freeswitch/registrations.ts';
import type { Lamps } from './lamps/keep-lamps.ts';
import type { Ledger } from './ledger.ts';
import type { LineKeeper } from './lines/lines.ts';
import type { PromptKeeper } from './prompts.ts';
import type { DaemonStatus, FreeSwitchStatus } from './status.ts';

export interface ReporterDeps {
  readonly esl: EslSupervisor;
  readonly tell: Tell;
  readonly ledger: Ledger;
  readonly prompts: PromptKeeper;
  readonly directory: DirectoryStore;
  readonly lines: Pick<LineKeeper, 'legs'>;
  readonly lamps: Pick<Lamps, 'counts'>;
  readonly clock: Clock;
}

/** What the daemon knows of itself and of FreeSWITCH, asked anew each time. */
export function createReporter(deps: ReporterDeps): () => Promise<DaemonStatus> {
  const startedAt = deps.clock();
  return async () => ({
    pid: process.pid,
    startedAt,
    directoryRevision: deps.directory.current().revision,
    freeswitch: await freeSwitchStatus(deps),
    calls: deps.ledger.counts(),
    lamps: deps.lamps.counts(),
    prompts: deps.prompts.state(),
  });
}

async function freeSwitchStatus({ esl, tell }: ReporterDeps): Promise<FreeSwitchStatus> {
  const { control, events } = esl.state();
  if (control === 'refused' || events === 'refused') {
    return { state: 'refused', why: 'FreeSWITCH is there and refuses our password' };
  }
  if (control !== 'up' || events !== 'up') {
    return { state: 'absent', why: 'FreeSWITCH is not there' };
  }
  try {
    const [version, channels, calls, registrations] = await Promise.all([
      tell('version short'),
      tell('show channels count'),
      tell('show calls count'),
      tell(REGISTRATIONS_COMMAND),
    ]);
    return {
      state: 'connected',
      version: version.trim(),
      channels: count(channels),
      calls: count(calls),
      registrations: readRegistrations(registrations),
    };
  } catch (error) {
    return { state: 'absent', why: error instanceof Error ? error.message : String(error) };
  }
}

/** `3 total.` */
const count = (text: string): number => Number(/\d+/.exec(text)?.[0] ?? 0);
