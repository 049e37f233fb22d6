import { setTimeout as sleep } from 'node:timers/promises';
import { VaxelError } from '../common/errors.ts';
import type { Log } from '../common/log.ts';
import type { Clock } from '../common/time.ts';
import { hasten } from './hasten.ts';
import {
  FIRST_NUMBER_FORMAT,
  type NotifyNumbers,
  readFirstNumber,
} from './canary/notify-numbers.ts';
import type { ExchangeEvent, Snapshot } from './call/event.ts';
import type { EslConnection } from './esl/connection.ts';
import { readAccounts, REGISTRATIONS_COMMAND } from './freeswitch/registrations.ts';
import type { Lamps } from './lamps/keep-lamps.ts';
import type { Orphans } from './lamps/orphans.ts';
import { standingSubscriptions } from './lamps/standing.ts';
import type { LineKeeper } from './lines/lines.ts';
import { recountLegs } from './recount-legs.ts';
import type { Directory } from './routing/directory.ts';

export interface KeepLinesDeps {
  readonly state: string;
  readonly lines: LineKeeper;
  readonly lamps: Lamps;
  readonly orphans: Pick<Orphans, 'adopt'>;
  readonly numbers: NotifyNumbers;
  readonly clock: Clock;
  readonly control: () => EslConnection | undefined;
  /** Has FreeSWITCH send now what has happened. */
  readonly nudge: () => void;
  /** Whether a client of ours is told of lines. */
  readonly isHeard: () => boolean;
  readonly log: Log;
}

/** Feeds the lines with what FreeSWITCH says, and looks again and again whether they are right. */
export function keepLines(deps: KeepLinesDeps): {
  note(event: ExchangeEvent): void;
  restart(snapshot: Snapshot): void;
  renew(directory: Directory): void;
  stop(): Promise<void>;
} {
  const { state, lines, lamps, orphans, numbers, clock, control, nudge, isHeard, log } = deps;
  const stopping = new AbortController();
  const recount = recountLegs({ lines, control, log, waited });
  const isWatched = () => lamps.isWatched() || isHeard();
  const haste = hasten(nudge, () => lines.legs() > 0 && isWatched());
  let revision: number | undefined;
  let begun = false;
  let core: string | undefined;

  async function begin(): Promise<void> {
    const freeswitch = control();
    if (begun || freeswitch === undefined) return;
    begun = true;
    try {
      await lookAtNumbers(freeswitch);
      // Registrations first: a phone that is not there is not to be shown as free.
      const accounts = await readAccounts(await freeswitch.bgapi(REGISTRATIONS_COMMAND));
      if (accounts === undefined) {
        begun = false;
        return;
      }
      lines.registered(accounts);
      const now = Number(await freeswitch.api('strepoch'));
      await lamps.again(await standingSubscriptions(state, now, log));
    } catch (err) {
      begun = false;
      throw err;
    }
  }

  /** Before anything is told: phones may refuse what this FreeSWITCH tells them. */
  async function lookAtNumbers(freeswitch: EslConnection): Promise<void> {
    const first = readFirstNumber(await freeswitch.api(`strftime ${FIRST_NUMBER_FORMAT}`));
    const fell = first !== undefined && core !== undefined && numbers.met(first, core, clock());
    await orphans.adopt(fell ? 'all' : 'taken');
  }

  async function lookNowAndThen(): Promise<void> {
    while (await waited(begun ? LOOK_MS : BEGIN_MS)) {
      await unlessGone(begin());
      await unlessGone(recount.look());
    }
  }

  /** Apart: places in which calls are parked are asked for here, and that waits for nothing else. */
  async function reconcileNowAndThen(): Promise<void> {
    while (await waited(LOOK_MS)) await lamps.reconcile();
  }

  /** @returns false where we are stopped. */
  async function waited(ms: number): Promise<boolean> {
    // An aborted sleep rejects: being stopped is a way to wake up.
    await sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
    return !stopping.signal.aborted;
  }

  async function unlessGone(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (err) {
      if (!(err instanceof VaxelError)) throw err;
      log.debug({ err }, 'lines could not be looked at');
    }
  }

  const looking = Promise.all([lookNowAndThen(), reconcileNowAndThen()]);

  return {
    note(event) {
      switch (event.kind) {
        case 'leg-started':
        case 'leg-ringing':
        case 'leg-answered':
        case 'leg-held':
        case 'leg-resumed':
        case 'leg-bridged':
        case 'leg-unbridged':
        case 'leg-ended':
          recount.note(event);
          lines.note(event);
          haste.look();
          return;
        case 'registered':
        case 'unregistered':
          lines.note(event);
          return;
        case 'lamp-asked':
          lamps.asked(event);
          return;
        case 'parking-changed':
          void lamps.parkingChanged(event.domain);
          return;
        case 'password-refused':
        case 'gateway':
        case 'messages-waiting':
        case 'message-left':
        case 'mailbox-login':
        case 'mailbox-changed':
        case 'heartbeat':
        case 'shutdown':
        case 'job-ended':
          return;
      }
    },
    restart(snapshot) {
      void unlessGone(recount.restarted());
      core = snapshot.coreUuid;
      lines.restart(snapshot);
      haste.look();
      begun = false;
      void unlessGone(begin());
    },
    renew(directory) {
      if (directory.revision === revision) return;
      revision = directory.revision;
      lines.renew(directory);
      void lamps.reconcile();
    },
    async stop() {
      stopping.abort();
      haste.stop();
      await looking;
    },
  };
}

/** Milliseconds: within two seconds nothing stays wrong. */
const LOOK_MS = 1_000;

/** Of our two links to FreeSWITCH the one for commands may come last, and says nothing. */
const BEGIN_MS = 200;
