import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { whyNoDatabase } from '../../common/db/whether-answers.ts';
import { lastBackup } from '../../common/last-backup.ts';
import type { Figure } from '../../common/metrics.ts';
import type { Clock } from '../../common/time.ts';
import type { EslState } from '../esl/supervise.ts';
import type { CanaryFigures } from '../canary/canary.ts';
import type { LampCounts } from '../lamps/keep-lamps.ts';
import type { DaemonStatus, TrunkState } from '../status.ts';

/** Where what the daemon knows anyway is asked for. */
export interface FigureSources {
  readonly esl: () => EslState;
  readonly lines: {
    readonly legs: () => number;
    readonly calls: () => number;
    readonly registeredNow: () => number;
  };
  /** Accounts that may register. */
  readonly accounts: () => number;
  readonly lamps: () => LampCounts;
  readonly canary: () => CanaryFigures & { readonly healed: number };
  readonly api: () => DaemonStatus['events'];
  readonly speech: () => { readonly waiting: number; readonly failed: number };
  readonly prompts: () => DaemonStatus['prompts'];
  readonly decisions: () => { readonly waiting: number; readonly lost: number };
  /** Undefined while FreeSWITCH cannot be asked. */
  readonly trunks: () => Promise<readonly TrunkState[] | undefined>;
  readonly isConfigValid: () => boolean;
  readonly databaseFile: string;
  /** Where FreeSWITCH puts its records of calls. */
  readonly records: string;
  readonly state: string;
  readonly clock: Clock;
}

/** Everything of the daemon that is looked up when Prometheus asks. */
export function daemonFigures(from: FigureSources): readonly Figure[] {
  return [...exchange(from), ...lamps(from), ...clients(from), ...keeping(from), ...disk(from)];
}

function exchange({ esl, lines, accounts, trunks }: FigureSources): readonly Figure[] {
  return [
    {
      ...gauge('vaxel_esl_connected', 'Whether FreeSWITCH is connected, by link: 1 or 0.'),
      labels: ['link'],
      look: () => Object.entries(esl()).map(([link, is]) => [{ link }, yes(is === 'up')]),
    },
    {
      ...gauge('vaxel_calls_active', 'Calls that stand now.'),
      look: () => lines.calls(),
    },
    {
      ...gauge('vaxel_legs_active', 'Legs of those calls: telephones and trunks.'),
      look: () => lines.legs(),
    },
    {
      ...gauge('vaxel_registrations', 'Accounts that are registered now.'),
      look: () => lines.registeredNow(),
    },
    {
      ...gauge('vaxel_accounts', 'Accounts that may register.'),
      look: accounts,
    },
    {
      ...gauge('vaxel_trunks', 'Trunks, by whether they answer OPTIONS and are registered.'),
      labels: ['state'],
      look: async () => {
        const all = await trunks();
        const count = (up: boolean) => all?.filter((trunk) => trunk.up === up).length ?? 0;
        return (
          all && [
            [{ state: 'up' }, count(true)],
            [{ state: 'down' }, count(false)],
          ]
        );
      },
    },
  ];
}

function lamps({ lamps: counts, canary }: FigureSources): readonly Figure[] {
  return [
    {
      ...gauge('vaxel_lamps_watched', 'Lamps that some phone watches.'),
      look: () => counts().watched,
    },
    {
      ...gauge(
        'vaxel_lamps_wrong',
        'Lamps that have shown what is not true for more than two seconds. Anything but 0 is an alarm.',
      ),
      look: () => counts().wrong,
    },
    {
      ...counter(
        'vaxel_lamps_healed_total',
        'Times that a lamp was told anew since what went over the wire was not true.',
      ),
      look: () => canary().healed,
    },
    {
      ...gauge('vaxel_lamps_sampled', 'Lamps that the daemon watches itself now, as a phone does.'),
      look: () => canary().sampled,
    },
    {
      ...counter(
        'vaxel_lamp_samples_failed_total',
        'Subscriptions of the daemon’s own that were refused, not answered, or ended before their time.',
      ),
      look: () => canary().failed,
    },
  ];
}

function clients({ api }: FigureSources): readonly Figure[] {
  return [
    {
      ...gauge('vaxel_api_clients', 'Event streams of clients that are open.'),
      look: () => api().clients,
    },
    {
      ...counter('vaxel_api_clients_cut_total', 'Clients that did not keep up and were cut.'),
      look: () => api().cut,
    },
    {
      ...counter('vaxel_api_streams_total', 'Event streams that were opened.'),
      look: () => api().opened,
    },
    {
      ...counter('vaxel_api_snapshots_total', 'Snapshots given, one at each stream’s beginning.'),
      look: () => api().snapshots,
    },
    {
      ...counter('vaxel_api_events_total', 'What happened that clients were to be told.'),
      look: () => api().events,
    },
  ];
}

function keeping({ speech, prompts, decisions, records }: FigureSources): readonly Figure[] {
  return [
    {
      ...gauge('vaxel_speech_waiting', 'Texts that are to be spoken and have no sound yet.'),
      look: () => speech().waiting,
    },
    {
      ...counter('vaxel_speech_failures_total', 'Times that speaking has failed.'),
      look: () => speech().failed,
    },
    {
      ...gauge('vaxel_prompts_ready', 'Whether every prompt is there: 1 or 0.'),
      look: () => yes(prompts() === 'ready'),
    },
    {
      ...gauge('vaxel_decisions_waiting', 'Decisions that are not written down yet.'),
      look: () => decisions().waiting,
    },
    {
      ...counter('vaxel_decisions_lost_total', 'Decisions that could not be written down.'),
      look: () => decisions().lost,
    },
    {
      ...gauge('vaxel_call_records_waiting', 'Records of ended legs outside the database.'),
      look: () => countFiles(records),
    },
    {
      ...gauge('vaxel_call_records_unreadable', 'Records that could not be read, put aside.'),
      look: async () => (await countFiles(join(records, 'unreadable'))) ?? 0,
    },
  ];
}

function disk({ state, clock, databaseFile, isConfigValid }: FigureSources): readonly Figure[] {
  const sizeOf = async (file: string) => (await stat(file).catch(() => undefined))?.size;
  return [
    {
      ...gauge('vaxel_state_free_bytes', 'Room where the state directory lies.'),
      look: async () => {
        const found = await statfs(state).catch(() => undefined);
        return found && found.bavail * found.bsize;
      },
    },
    {
      ...gauge('vaxel_backup_age_seconds', 'Since the last backup.'),
      look: () => {
        const last = lastBackup(state);
        return last && (clock() - last.at) / 1_000;
      },
    },
    {
      ...gauge('vaxel_database_readable', 'Whether the database on the disk can be read: 1 or 0.'),
      look: async () => yes((await whyNoDatabase(databaseFile)).length === 0),
    },
    {
      ...gauge('vaxel_database_bytes', 'Of the database, without what waits in its log.'),
      look: () => sizeOf(databaseFile),
    },
    {
      ...gauge('vaxel_database_wal_bytes', 'Of the log before the database (SQLite’s WAL).'),
      look: () => sizeOf(`${databaseFile}-wal`),
    },
    {
      ...gauge('vaxel_config_valid', 'Whether the configuration would be accepted at a new start.'),
      look: () => yes(isConfigValid()),
    },
  ];
}

const gauge = (name: string, help: string) => ({ type: 'gauge', name, help }) as const;
const counter = (name: string, help: string) => ({ type: 'counter', name, help }) as const;
const yes = (is: boolean): number => (is ? 1 : 0);

async function countFiles(folder: string): Promise<number | undefined> {
  const names = await readdir(folder).catch(() => undefined);
  return names?.filter((name) => name.endsWith('.json')).length;
}
