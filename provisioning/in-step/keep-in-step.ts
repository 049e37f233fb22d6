import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../common/config.ts';
import type { Db } from '../../common/db/open.ts';
import { listServedTags } from '../../common/db/phone-traffic.ts';
import { readPhonesRevision } from '../../common/db/revision.ts';
import { othersTurn } from '../../common/in-turns.ts';
import type { Log } from '../../common/log.ts';
import { postToDaemon } from '../../common/post-to-daemon.ts';
import type { SecretBox } from '../../common/secret-box.ts';
import { filesOf, readPhone } from '../source/files-of-phone.ts';
import { vendorOfModel } from '../models/nearest.ts';

export interface InStepDeps {
  readonly db: Db;
  readonly box: SecretBox;
  readonly config: Config;
  readonly log: Log;
}

/** Milliseconds. Changes that follow each other closely are one. */
const LOOK_EVERY_MS = 1_000;
/** Between two phones that are told, so that a company's worth does not come at once. */
const APART_MS = 100;

/**
 * Tells phones to fetch their files when what they would get has changed: those
 * phones alone, one after the other. A phone that is told and does not come is
 * not told again for the same change; it looks by itself every night.
 */
export function keepInStep(deps: InStepDeps): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const told = new Map<string, string>();
  const isStopped = () => stopping.signal.aborted;

  async function lookThrough(): Promise<void> {
    for (const [phoneId, tags] of await listServedTags(deps.db)) {
      if (isStopped()) return;
      await othersTurn();
      const phone = await readPhone(deps, phoneId);
      const files = phone === undefined ? [] : filesOf(phone);
      const wanted = files.map(({ etag }) => etag).join();
      const isOlder = files.some(({ name, etag }) => tags.has(name) && tags.get(name) !== etag);
      if (phone === undefined || !isOlder || told.get(phoneId) === wanted) continue;
      const [line] = phone.lines;
      if (line === undefined) continue;
      told.set(phoneId, wanted);
      const account = { username: line.username, domain: phone.organisation.domain };
      const { status } = await postToDaemon(deps.config, '/v1/phones/resync', {
        body: { ...account, vendor: vendorOfModel(phone.model), reboot: false },
      });
      deps.log.info({ mac: phone.mac, code: String(status ?? 'none') }, 'phone told of a change');
      await pause(APART_MS);
    }
  }

  const pause = (ms: number) =>
    sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);

  const life = (async () => {
    let done: number | undefined;
    let before: number | undefined;
    while (!isStopped()) {
      try {
        const now = await readPhonesRevision(deps.db);
        if (now === before && now !== done) {
          await lookThrough();
          done = now;
        }
        before = now;
      } catch (err) {
        deps.log.warn({ err }, 'phones could not be compared with what they have');
      }
      await pause(LOOK_EVERY_MS);
    }
  })();

  return {
    stop: async () => {
      stopping.abort();
      await life;
    },
  };
}
