import type { Log } from '../common/log.ts';
import type { LegEvent } from './call/event.ts';
import type { EslConnection } from './esl/connection.ts';
import { takeSnapshot } from './esl/snapshot.ts';
import type { LineKeeper } from './lines/lines.ts';

export interface RecountDeps {
  readonly lines: LineKeeper;
  readonly control: () => EslConnection | undefined;
  readonly log: Log;
  /** @returns false where we are stopped. */
  readonly waited: (ms: number) => Promise<boolean>;
}

/**
 * FreeSWITCH loses no event while a connection stands, as far as anybody knows. Should one be
 * lost all the same, the numbers of legs differ; still so a moment later, it is no leg on its way.
 */
export function recountLegs({ lines, control, log, waited }: RecountDeps): {
  /** What is heard: while FreeSWITCH is asked it is newer than the answer. */
  note(event: LegEvent): void;
  /** The lines have another snapshot: one that is being taken is out of date. */
  restarted(): void;
  /** @throws {VaxelError} as `takeSnapshot`. */
  look(): Promise<void>;
} {
  let meanwhile: LegEvent[] | undefined;

  /** Legs that FreeSWITCH has, and we do not know of; 0 while there is none to ask. */
  async function difference(): Promise<number> {
    const said = await control()?.api('show channels count');
    return said === undefined ? 0 : Number(/\d+/.exec(said)?.[0] ?? 0) - lines.legs();
  }

  return {
    note(event) {
      meanwhile?.push(event);
    },
    restarted() {
      meanwhile = undefined;
    },
    async look() {
      const count = await difference();
      if (count === 0 || !(await waited(AGAIN_MS)) || (await difference()) !== count) return;
      const freeswitch = control();
      if (freeswitch === undefined) return;
      log.info({ count }, 'legs are counted anew');
      const heard: LegEvent[] = [];
      meanwhile = heard;
      try {
        const snapshot = await takeSnapshot(freeswitch, lines.liveLegs());
        if (meanwhile === heard) lines.restart(snapshot, heard);
      } finally {
        meanwhile = undefined;
      }
    },
  };
}

/** Milliseconds: a leg that was on its way has come by then. */
const AGAIN_MS = 300;
