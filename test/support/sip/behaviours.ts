import { setTimeout as wait } from 'node:timers/promises';
import type { IncomingCall } from './incoming-call.ts';

/** What a telephone does with a call, for `agent.onCall`. */
export type Behaviour = (call: IncomingCall) => void | Promise<void>;

/** Rings, and is picked up `afterMs` later if it still rings; 0 answers at once, without ringing. */
export const answers =
  (afterMs = 0): Behaviour =>
  async (call) => {
    if (afterMs > 0) {
      call.ring();
      await pause(afterMs);
    }
    await call.answer();
  };

/** Rings until the caller gives up. */
export const rings: Behaviour = (call) => {
  call.ring();
};

/** 486 busy, 480 away, 603 declined, 404 unknown …, after ringing for `afterMs`. */
export const refuses =
  (status: number, afterMs = 0): Behaviour =>
  async (call) => {
    if (afterMs > 0) {
      call.ring();
      await pause(afterMs);
    }
    call.reject(status);
  };

/** Is picked up in the instant the caller gives up: CANCEL is met by 200. */
export const answersOnCancel: Behaviour = (call) => {
  call.answerOnCancel();
  call.ring();
};

/** Plays its tone before any answer, and never answers: an announcement of the network. */
export const announces: Behaviour = async (call) => {
  await call.earlyMedia();
};

/** Holds nothing up: a telephone that nobody waits for may be gone when its moment comes. */
const pause = (ms: number): Promise<void> => wait(ms, undefined, { ref: false });
