import type { EpochMs } from '../common/time.ts';

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
