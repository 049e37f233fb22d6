import type { Log } from '../common/log.ts';
import type { LegEvent } from './call/event.ts';
import type { EslConnection } from './esl/connection.ts';
import { listLegs, takeSnapshot } from './esl/snapshot.ts';
import type { LineKeeper } from './lines/lines.ts';

export interface RecountDeps {
  readonly lines: LineKeeper;
  readonly control: () => EslConnection | undefined;
  readonly log: Log;
  /** @returns false where we are stopped. */
  readonly waited: (ms: number) => Promise<boolean>;
}

/**
 * Legs that no event has told of. A snapshot lacks those that are younger than FreeSWITCH's list, and one that rings
 * says nothing for as long as it rings. While a connection stands FreeSWITCH loses no event, as far as anybody knows.
 * Should one be lost all the same, the numbers of legs differ; still so a moment later, it is no leg on its way.
 */
export function recountLegs({ lines, control, log, waited }: RecountDeps): {
  /** What is heard: while FreeSWITCH is asked it is newer than the answer. */
  note(event: LegEvent): void;
  /**
   * The lines have another snapshot: one that is being taken is out of date. Settles when what that one lacked is known.
   *
   * @throws {VaxelError} as `takeSnapshot`.
   */
  restarted(): Promise<void>;
  /** @throws {VaxelError} as `takeSnapshot`. */
  look(): Promise<void>;
} {
  let meanwhile: LegEvent[] | undefined;
  let snapshots = 0;

  /** Legs that FreeSWITCH has, and we do not know of; 0 while there is none to ask. */
  async function difference(): Promise<number> {
    const said = await control()?.api('show channels count');
    return said === undefined ? 0 : Number(/\d+/.exec(said)?.[0] ?? 0) - lines.legs();
  }

  /** What is heard while FreeSWITCH is asked is newer than its answer. */
  async function countAnew(freeswitch: EslConnection): Promise<void> {
    const heard: LegEvent[] = [];
    meanwhile = heard;
    try {
      const snapshot = await takeSnapshot(freeswitch, lines.liveLegs());
      if (meanwhile === heard) lines.restart(snapshot, heard);
    } finally {
      if (meanwhile === heard) meanwhile = undefined;
    }
  }

  return {
    note(event) {
      meanwhile?.push(event);
    },
    async restarted() {
      meanwhile = undefined;
      snapshots += 1;
      const mine = snapshots;
      // Our link for commands may come after the one that hears.
      while ((await waited(LISTED_MS)) && mine === snapshots) {
        const freeswitch = control();
        if (freeswitch === undefined) continue;
        const listed = await listLegs(freeswitch);
        if (!listed.every((leg) => lines.isLive(leg))) await countAnew(freeswitch);
        return;
      }
    },
    async look() {
      const count = await difference();
      if (count === 0 || !(await waited(AGAIN_MS)) || (await difference()) !== count) return;
      const freeswitch = control();
      if (freeswitch === undefined) return;
      log.info({ count }, 'legs are counted anew');
      await countAnew(freeswitch);
    },
  };
}

/** Milliseconds: a leg that was on its way has come by then. */
const AGAIN_MS = 300;

/** Milliseconds: FreeSWITCH writes its list at most 195 after a leg began (switch_core_sqldb.c, `switch_user_sql_thread`). */
const LISTED_MS = 400;
