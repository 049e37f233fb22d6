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
  readonly wrongSince: EpochMs | undefined;
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
