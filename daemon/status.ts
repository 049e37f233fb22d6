import type { EpochMs } from '../common/time.ts';
import type { LampState } from './call/lamp.ts';

/** What `vaxel status` shows, as `GET /v1/status` gives it. */
export interface DaemonStatus {
  readonly pid: number;
  readonly startedAt: EpochMs;
  readonly directoryRevision: number;
  readonly freeswitch: FreeSwitchStatus;
  /** Questions since the start. */
  readonly calls: { readonly routed: number; readonly native: number };
  readonly prompts: 'making' | 'ready' | 'failed';
  /** Of the event streams. */
  readonly events: {
    readonly clients: number;
    /** Since the start, as the rest. */
    readonly opened: number;
    /** Readers that did not keep up. */
    readonly cut: number;
    readonly snapshots: number;
    readonly events: number;
  };
  /** Lamps that somebody watches; `wrong`: those that show what is not true, for more than two seconds. */
  readonly lamps: { readonly watched: number; readonly wrong: number };
}

/** One lamp as one phone has it: a row of `vaxel lamps`, and of `GET /v1/lamps`. */
export interface LampRow {
  /** `vaxel+100@anka.example` */
  readonly lamp: string;
  /** Extension or name on the key. */
  readonly name: string;
  readonly domain: string;
  /** The account of the phone that watches. */
  readonly watcher: string;
  readonly told: LampState | 'nothing';
  readonly toldAt: EpochMs | undefined;
  readonly true: LampState;
  /** What FreeSWITCH last sent for it, while the daemon has a subscription of its own. */
  readonly seen: LampState | undefined;
  readonly wrongSince: EpochMs | undefined;
}

/** What `vaxel doctor` looks at in FreeSWITCH, as `GET /v1/freeswitch` gives it. */
export interface FreeSwitchFacts {
  readonly limits: {
    /** Legs that may stand at once, and those that stood at once at most since its start. */
    readonly sessions: number;
    readonly peak: number;
    /** New legs a second. */
    readonly perSecond: number;
  };
  /** Of those its configuration names. */
  readonly missingModules: readonly string[];
  readonly trunks: readonly TrunkState[];
  /** Its clock, whole seconds. */
  readonly now: EpochMs;
}

/** A trunk as FreeSWITCH sees it. */
export interface TrunkState {
  readonly name: string;
  /** It answers OPTIONS, and is registered where it is to be. */
  readonly up: boolean;
  /** Why not, in words; empty where it is up. */
  readonly why: string;
}

export type FreeSwitchStatus =
  | { readonly state: 'absent' | 'refused'; readonly why: string }
  | {
      readonly state: 'connected';
      readonly version: string;
      /** Live legs and the calls they make. */
      readonly channels: number;
      readonly calls: number;
      readonly registrations: readonly Registration[];
    };

export interface Registration {
  readonly username: string;
  readonly domain: string;
  /** `udp`, `tls`, `ws` … as FreeSWITCH says. */
  readonly contact: string;
  readonly agent: string;
  readonly address: string;
}
