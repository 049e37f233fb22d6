import { databaseFile, type Config, loadConfig } from '../common/config.ts';
import { VaxelError } from '../common/errors.ts';
import { lookUp, METRICS_TYPE, type MetricsPage } from '../common/metrics.ts';
import { type Clock, wallTimeOf } from '../common/time.ts';
import type { TrunkState } from './status.ts';
import type { DirectoryStore } from './directory-store.ts';
import type { EslSupervisor } from './esl/supervise.ts';
import type { CanaryFigures } from './canary/canary.ts';
import { askFacts } from './freeswitch/facts.ts';
import { layoutOf } from './freeswitch/layout.ts';
import type { MachineRouteDeps } from './http/machine-routes.ts';
import type { Lamps } from './lamps/keep-lamps.ts';
import { lampRows } from './lamps/rows.ts';
import type { Ledger } from './ledger.ts';
import type { LineKeeper } from './lines/lines.ts';
import { daemonFigures } from './metrics/figures.ts';
import type { Answering } from './open-answering.ts';
import type { ClientApi } from './open-api.ts';
import type { PromptKeeper } from './prompts.ts';
import { whyNotReady } from './readiness.ts';
import { createReporter } from './report.ts';
import { sendResync } from './resync.ts';
import type { Sounds } from './sounds.ts';

export interface HereDeps {
  readonly config: Config;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly esl: EslSupervisor;
  readonly tell: (command: string) => Promise<string>;
  readonly lines: LineKeeper;
  readonly lamps: Lamps;
  readonly canary: { figures(): CanaryFigures };
  readonly api: Pick<ClientApi, 'figures'>;
  readonly sounds: Sounds;
  readonly prompts: PromptKeeper;
  readonly directory: DirectoryStore;
  readonly answering: Pick<Answering, 'counts'>;
  readonly ledger: Ledger;
  readonly metrics: MetricsPage;
  readonly trunks: () => Promise<readonly TrunkState[] | undefined>;
  readonly clock: Clock;
}

/** What programs of this machine may ask: the command line, and whoever watches. */
export function openHere(deps: HereDeps): Omit<MachineRouteDeps, 'refresh' | 'document'> {
  const { config, env, esl, lines, lamps, directory, metrics } = deps;
  const layout = layoutOf(config.state);
  const figures = daemonFigures({
    esl: () => esl.state(),
    lines,
    accounts: () => directory.current().accounts.size,
    lamps: () => lamps.counts(),
    canary: () => ({ ...deps.canary.figures(), healed: lamps.healed() }),
    api: () => deps.api.figures(),
    speech: () => deps.sounds.figures(),
    prompts: () => deps.prompts.state(),
    decisions: () => deps.answering.counts(),
    trunks: deps.trunks,
    isConfigValid: () => isValid(env),
    databaseFile: databaseFile(config),
    records: layout.cdr,
    state: config.state,
    clock: deps.clock,
  });
  for (const figure of figures) lookUp(metrics.registry, figure);
  return {
    status: createReporter({ ...deps, events: () => deps.api.figures() }),
    lamps: () => lampRows(lamps.entries(), wallTimeOf),
    resync: async (phone) => {
      const control = esl.control();
      if (control !== undefined) await sendResync(control, phone);
      return control !== undefined;
    },
    whyNotReady: () => whyNotReady(databaseFile(config), esl.state()),
    metrics: { text: () => metrics.text(), type: METRICS_TYPE },
    freeswitch: () =>
      whereThere(async () => {
        const control = esl.control();
        return control && askFacts((command) => control.api(command, TELL_WITHIN_MS), layout.conf);
      }),
  };
}

/** @returns undefined where FreeSWITCH goes away meanwhile, or does not answer. */
async function whereThere<Value>(ask: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof VaxelError) return undefined;
    throw error;
  }
}

/** The file may have been changed since we read it. */
function isValid(env: HereDeps['env']): boolean {
  try {
    loadConfig(env);
    return true;
  } catch (error) {
    if (error instanceof VaxelError) return false;
    throw error;
  }
}

/** Milliseconds; Prometheus gives up a scrape after ten seconds. */
const TELL_WITHIN_MS = 2_000;
