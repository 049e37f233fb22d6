import type { Log } from '../common/log.ts';
import type { DirectoryStore } from './directory-store.ts';
import type { EslSupervisor } from './esl/supervise.ts';
import type { Publisher } from './freeswitch/publish.ts';
import { endStrangers } from './freeswitch/strangers.ts';

export interface Published {
  /** Reads and publishes at once; fulfilled when FreeSWITCH has it, or has been tried. */
  now(): Promise<void>;
  /** FreeSWITCH is new, or back: it is told everything. */
  again(): void;
  stop(): Promise<void>;
}

export interface PublishedDeps {
  readonly directory: DirectoryStore;
  readonly publisher: Publisher;
  readonly esl: EslSupervisor;
  readonly log: Log;
}

/** How often the database is looked at for what another program wrote, in milliseconds; a look takes microseconds. */
const LOOK_EVERY_MS = 250;

/** Keeps our picture of the database the newest, and FreeSWITCH's too, one publication at a time. */
export function keepPublished({ directory, publisher, esl, log }: PublishedDeps): Published {
  let done: number | undefined;
  let working: Promise<void> = Promise.resolve();
  let next: { everything: boolean; readonly done: Promise<void> } | undefined;
  let failing = false;
  let triedAt = -Infinity;

  async function publish(everything: boolean): Promise<void> {
    const newest = directory.current();
    if (!everything && newest.revision === done) return;
    const control = esl.control();
    // In a thread of FreeSWITCH's own: `api` would keep the link from answering, and a silent link is taken for dead.
    const tell = control && ((command: string) => control.bgapi(command, TELL_WITHIN_MS));
    triedAt = performance.now();
    try {
      await publisher.publish(newest, tell, everything);
      if (everything && tell !== undefined) await endStrangers(newest, tell);
      if (tell !== undefined) done = newest.revision;
      failing = false;
    } catch (err) {
      if (!failing) log.error({ err }, 'freeswitch could not be told of a change; trying on');
      failing = true;
    }
  }

  /** What waits for its turn is asked once more, not done twice. */
  function queue(everything: boolean): Promise<void> {
    if (next !== undefined) {
      next.everything ||= everything;
      return next.done;
    }
    working = working.then(() => {
      const all = next?.everything ?? everything;
      next = undefined;
      return publish(all);
    });
    next = { everything, done: working };
    return working;
  }

  /** Calls see a change at once, however long FreeSWITCH takes to. */
  async function look(): Promise<void> {
    const { revision } = await directory.renew();
    const soon = failing && performance.now() - triedAt < TRY_AGAIN_MS;
    if (revision !== done && esl.state().control === 'up' && !soon) await queue(false);
  }

  let looks: Promise<unknown> = Promise.resolve();
  const looking = setInterval(() => {
    looks = Promise.all([looks, look()]);
  }, LOOK_EVERY_MS);

  return {
    now: async () => {
      await directory.renew();
      await queue(false);
    },
    again: () => void queue(true),
    stop: async () => {
      clearInterval(looking);
      await looks;
      await working;
    },
  };
}

/** Milliseconds; reading the XML of 10,000 people anew took FreeSWITCH 3 s on a slow machine, 6 beside calls. */
const TELL_WITHIN_MS = 60_000;

/** After a failure, so that slow reloads do not pile up; in milliseconds. */
const TRY_AGAIN_MS = 5_000;
