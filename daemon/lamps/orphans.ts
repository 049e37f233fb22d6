import { setTimeout as sleep } from 'node:timers/promises';
import { CANARY } from '../../common/canary-account.ts';
import { readStandingDialogs } from '../../common/db/standing-subscriptions.ts';
import { VaxelError } from '../../common/errors.ts';
import type { Log } from '../../common/log.ts';
import type { Clock } from '../../common/time.ts';
import { type Lamp, lampKey, type LampState } from '../call/lamp.ts';
import type { EslConnection } from '../esl/connection.ts';
import {
  ABOVE_MOD_SOFIA,
  endDialog,
  notifyDialog,
  type SubscriptionDialog,
  takeDialog,
} from '../esl/subscription-dialog.ts';
import type { Lamps } from './keep-lamps.ts';
import { isStranger } from './overheard.ts';
import { lampOf, tableFile } from './standing.ts';

type FreeSwitch = Pick<EslConnection, 'send'>;

export interface OrphansDeps {
  readonly state: string;
  /** `undefined` while there is no FreeSWITCH to command. */
  readonly control: () => FreeSwitch | undefined;
  readonly lamps: () => Pick<Lamps, 'left' | 'shown'>;
  /** The wall clock. */
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Subscriptions that FreeSWITCH can serve no longer, since its numbers have fallen: a phone refuses each
 * NOTIFY that is numbered lower than one before it in the dialog (RFC 3261 §12.2.2), for as long as it renews
 * that dialog. They fall at New Year, and where FreeSWITCH had counted ahead of the clock and goes by it again.
 *
 * We tell those phones ourselves, and have one after the other subscribe anew: of a thousand that do so at
 * once, most keys would show nothing for many seconds.
 */
export interface Orphans {
  /**
   * Takes over all that stand, or only what a daemon before this one had taken over; from then on they are told and
   * ended. Never rejects. @returns what they show.
   */
  adopt(which: 'all' | 'taken'): Promise<readonly Lamp[]>;
  /** What a lamp shows, to those of its phones that heed FreeSWITCH no longer. */
  tell(freeswitch: FreeSwitch, lamp: Lamp, state: LampState): Promise<void>;
  /** Some have not been taken yet: a daemon that came after us would not know of them. */
  isTaking(): boolean;
  stop(): void;
}

interface Orphan extends SubscriptionDialog {
  readonly lamp: Lamp | undefined;
  readonly watcher: string;
  readonly isTaken: boolean;
}

export function keepOrphans({ state, control, lamps, clock, log }: OrphansDeps): Orphans {
  /** By lamp, and by Call-ID. */
  const toTell = new Map<string, Map<string, Orphan>>();
  /** By Call-ID, oldest first. */
  const toEnd = new Map<string, Orphan>();
  /** What FreeSWITCH has left to us, by Call-ID. */
  const taken = new Set<string>();
  const stopping = new AbortController();
  let isEnding = false;
  let taking = 0;
  let number = 0;

  function note(orphan: Orphan): void {
    const { lamp, callId } = orphan;
    toEnd.set(callId, orphan);
    if (orphan.isTaken) taken.add(callId);
    if (lamp === undefined || !canBeTold(orphan, lamp)) return;
    const key = lampKey(lamp);
    toTell.set(key, (toTell.get(key) ?? new Map<string, Orphan>()).set(callId, orphan));
  }

  function letGo({ lamp, callId }: Orphan): void {
    if (lamp === undefined) return;
    const key = lampKey(lamp);
    toTell.get(key)?.delete(callId);
    if (toTell.get(key)?.size === 0) toTell.delete(key);
    lamps().left(lamp, callId);
  }

  /** So that FreeSWITCH does not send them what they refuse; one by one, as what they show is more urgent. */
  async function take(orphans: readonly Orphan[]): Promise<void> {
    for (const orphan of orphans) {
      let tries = 0;
      while (tries < TRIES && !stopping.signal.aborted) {
        const freeswitch = control();
        if (freeswitch !== undefined) {
          tries += 1;
          await unlessGone(leaveToUs(freeswitch, orphan));
          if (taken.has(orphan.callId)) break;
        }
        await waited(AGAIN_MS);
      }
    }
  }

  async function leaveToUs(freeswitch: FreeSwitch, orphan: Orphan): Promise<void> {
    await takeDialog(freeswitch, orphan, orphan.event);
    taken.add(orphan.callId);
  }

  // An aborted sleep rejects: being stopped is a way to wake up.
  const waited = (ms: number) =>
    sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);

  /** No faster than FreeSWITCH takes the subscriptions that follow. */
  async function endAll(): Promise<void> {
    if (isEnding) return;
    isEnding = true;
    let count = 0;
    for (let next = oldest(); next !== undefined && !stopping.signal.aborted; next = oldest()) {
      const freeswitch = control();
      if (freeswitch !== undefined) {
        toEnd.delete(next.callId);
        void unlessGone(end(freeswitch, next));
        count += 1;
      }
      await waited(EVERY_MS);
    }
    isEnding = false;
    if (count > 0) log.warn({ count }, 'phones were told to subscribe anew');
  }

  const oldest = (): Orphan | undefined => toEnd.values().next().value;

  async function end(freeswitch: FreeSwitch, orphan: Orphan): Promise<void> {
    letGo(orphan);
    const { lamp } = orphan;
    const isTold = lamp !== undefined && canBeTold(orphan, lamp);
    await endDialog(freeswitch, orphan, isTold ? { lamp, state: lamps().shown(lamp) } : undefined);
    if (!taken.delete(orphan.callId)) await takeDialog(freeswitch, orphan, orphan.event);
    await takeDialog(freeswitch, orphan, `${TAKEN}${orphan.event}`);
  }

  async function unlessGone(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (err) {
      if (!(err instanceof VaxelError)) throw err;
      log.debug({ err }, 'a subscription could not be ended');
    }
  }

  return {
    async adopt(which) {
      taking += 1;
      const found = await standing(state, which === 'all' ? TRIES : 1, log);
      const orphans = which === 'all' ? found : found.filter(({ isTaken }) => isTaken);
      if (orphans.length > 0) {
        log.warn({ count: orphans.length }, 'phones refuse what freeswitch tells them');
      }
      orphans.forEach(note);
      void take(orphans.filter(({ isTaken }) => !isTaken)).then(() => {
        taking -= 1;
        return endAll();
      });
      return orphans.flatMap(({ lamp }) => lamp ?? []);
    },
    async tell(freeswitch, lamp, shown) {
      for (const orphan of toTell.get(lampKey(lamp))?.values() ?? []) {
        number = Math.max(number + 1, ABOVE_MOD_SOFIA + (clock() % A_DAY_OR_SO));
        await notifyDialog(freeswitch, orphan, { lamp, state: shown, number });
      }
    },
    isTaking: () => taking > 0,
    stop() {
      stopping.abort();
    },
  };
}

async function standing(state: string, most: number, log: Log): Promise<readonly Orphan[]> {
  for (let tries = 1; ; tries += 1) {
    try {
      const dialogs = await readStandingDialogs(tableFile(state));
      return dialogs.filter(isOfPhone).map((dialog) => ({
        ...dialog,
        lamp: lampOf(dialog),
        event: dialog.event.replace(TAKEN, ''),
        isTaken: dialog.event.startsWith(TAKEN),
      }));
    } catch (err) {
      log.warn({ err }, 'who watches lamps cannot be read');
      if (tries === most) return [];
    }
    await sleep(AGAIN_MS);
  }
}

/** Those of another organisation must not know. */
const canBeTold = ({ event, watcher }: Orphan, lamp: Lamp): boolean =>
  event === 'dialog' && !isStranger(watcher, lamp);

/** Not our own; and nothing of a phone that would break a line reaches the event socket. */
const isOfPhone = (dialog: { readonly phone: string }): boolean =>
  !dialog.phone.includes(`<sip:${CANARY}@`) && !/[\r\n\0]/.test(Object.values(dialog).join(''));

/** As vaxel_orphan writes it (freeswitch-conf/sip_profiles/devices.xml). */
const TAKEN = 'vaxel-';

/** Milliseconds, and numbers: a daemon that comes after us goes on above ours, but for once in that time. */
const A_DAY_OR_SO = 99_000_000;

/** Milliseconds from one subscription that ends to the next. */
const EVERY_MS = 50;

/** FreeSWITCH may be busy with whatever made its numbers fall. */
const TRIES = 5;
const AGAIN_MS = 200;
