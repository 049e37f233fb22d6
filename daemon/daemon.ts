import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { databaseFile, loadConfig } from '../common/config.ts';
import { migrate } from '../common/db/migrate.ts';
import { openDb } from '../common/db/open.ts';
import { listenHttp } from '../common/http-listener.ts';
import { openLog } from '../common/log.ts';
import { packageVersion } from '../common/package-root.ts';
import { openSecrets } from '../common/secrets.ts';
import { systemClock } from '../common/time.ts';
import { answerCall, type CallOutcome } from './answer-call.ts';
import type { LegId } from './call/event.ts';
import { carryOut } from './carry-out.ts';
import { openContacts } from './contacts-store.ts';
import { keepDecisions } from './decisions/keep-decisions.ts';
import { openDirectory } from './directory-store.ts';
import { openPresence } from './presence-store.ts';
import { keepTime } from './presence/timekeeper.ts';
import { superviseEsl } from './esl/supervise.ts';
import { listenForCalls } from './esl/route-listener.ts';
import { keepFallback } from './freeswitch/fallback.ts';
import { layoutOf } from './freeswitch/layout.ts';
import { createPublisher } from './freeswitch/publish.ts';
import { daemonApp } from './http/app.ts';
import { openJournal } from './journal/journal.ts';
import { keepLamps } from './lamps.ts';
import { createLedger } from './ledger.ts';
import { openMailboxLocks } from './mailbox-locks.ts';
import { keepPrompts } from './prompts.ts';
import { rememberDevices } from './remember-devices.ts';
import { createReporter } from './report.ts';
import { sendResync } from './resync.ts';
import { keepPublished } from './keep-published.ts';
import type { Directory } from './routing/directory.ts';
import type { Effect } from './routing/plan.ts';
import type { Presence } from './routing/presence.ts';
import { type SaidAhead, spokenActivities, spokenAhead } from './routing/spoken-ahead.ts';
import type { World } from './routing/world.ts';
import { openSounds } from './sounds.ts';
import { embeddedSpeaker } from './voice/embedded-speaker.ts';

export interface Daemon {
  /** Leaves every call as it is. */
  stop(): Promise<void>;
}

/** What may have to be said before anybody changes anything. */
function everythingSaid({ organisations }: Directory, presence: Presence): readonly SaidAhead[] {
  const now = systemClock();
  return [...organisations.values()].flatMap((organisation) => [
    ...spokenActivities(organisation),
    ...[...organisation.users.values()].flatMap((user) =>
      spokenAhead(organisation, user, presence, now),
    ),
  ]);
}

/** How long the daemon lets another writer keep the database, in milliseconds; its event loop stands still meanwhile. */
const DATABASE_BUSY_MS = 100;

/** How often FreeSWITCH is told what holds without us, where that has changed; in milliseconds. */
const FALLBACK_EVERY_MS = 500;

/**
 * Starts call control: configuration, log, database, directory, the door that
 * FreeSWITCH asks at, the links to FreeSWITCH, the door for people. In this
 * order, so that a call is never asked about before it can be answered.
 *
 * @throws {VaxelError} for whatever of it cannot be had.
 */
export async function startDaemon(
  env: Readonly<Record<string, string | undefined>>,
): Promise<Daemon> {
  const config = loadConfig(env);
  const log = openLog('vaxel-daemon', config.log);
  mkdirSync(config.state, { recursive: true, mode: 0o700 });
  const secrets = openSecrets(config);
  const db = openDb(databaseFile(config), DATABASE_BUSY_MS);
  await migrate(db);
  const directory = await openDirectory(db, log);
  const presence = await openPresence(db, log);
  const contacts = await openContacts(db, log);
  const locks = await openMailboxLocks({ db, log, turnAway: (leg) => void turnAway(leg) });
  const ledger = createLedger(log);
  const layout = layoutOf(config.state);
  const sounds = openSounds({
    folder: layout.prompts,
    speaker: embeddedSpeaker(),
    log,
    recording: (greeting) => join(layout.greetings, `${greeting}.wav`),
  });

  const decisions = keepDecisions({ db, spool: layout.cdr, log, clock: systemClock });
  const journal =
    config.journal === undefined
      ? undefined
      : openJournal({
          folder: config.journal,
          version: packageVersion(),
          clock: systemClock,
          log,
        });
  const world = (): World => ({
    directory: directory.current(),
    presence: presence.current(),
    contacts: contacts.current(),
    locks: locks.current(),
    calls: new Map<string, number>(),
  });
  const answering = {
    world,
    clock: systemClock,
    carryOut: (effect: Effect) => carryOut(effect, { db, presence, clock: systemClock, log }),
    soundOf: sounds.filesOf,
    ...(journal && { onDecided: journal.note }),
    onOutcome: (outcome: CallOutcome) => {
      ledger.note(outcome);
      if (outcome.kind === 'native') decisions.native(outcome.leg, outcome.why, world());
      else decisions.routed(outcome.question, outcome.routing, outcome.world, outcome.at);
    },
  };
  const door = await listenForCalls(config.ports.route, (conversation) => {
    void answerCall(conversation, answering);
  });

  const devices = rememberDevices(db, log);
  const esl = superviseEsl({
    host: '127.0.0.1',
    port: config.ports.esl,
    password: secrets.eslPassword,
    log,
    onEvent: (event) => {
      if (event.kind === 'mailbox-login') locks.note(event, directory.current());
      if (event.kind === 'messages-waiting') lamps.note(event);
      if (event.kind === 'registered') devices.note(event);
      if (event.kind === 'leg-ended') decisions.legEnded();
    },
    onSnapshot: () => {
      published.again();
      fallback.again();
    },
  });
  const fallback = keepFallback({
    world,
    soundOf: sounds.filesOf,
    clock: systemClock,
    tell: () => {
      const control = esl.control();
      return control && ((command) => control.api(command));
    },
    log,
  });
  const fallingBack = setInterval(() => void fallback.renew(), FALLBACK_EVERY_MS);
  const lamps = keepLamps({
    directory: () => directory.current(),
    control: () => esl.control(),
    log,
  });
  const turnAway = (leg: LegId) =>
    tell(`uuid_transfer ${leg} locked XML vaxel-mailbox`).catch((err: unknown) => {
      log.warn({ err, leg }, 'who guesses at a mailbox could not be turned away');
    });
  const tell = async (command: string) => (await esl.control()?.api(command)) ?? '';
  const timekeeper = keepTime({
    directory: () => directory.current(),
    presence: () => presence.current(),
    clock: systemClock,
    onChange: ({ user, organisation, is }) => {
      void sounds.make(spokenAhead(organisation, user, presence.current(), systemClock()));
      const who = `${user.extension}@${organisation.domain}`;
      log.info({ user: who, cause: is.source ?? 'ended' }, 'status changed');
    },
  });
  const publisher = createPublisher({ config, routePort: door.port, secrets, db, log });
  const published = keepPublished({
    directory: {
      current: () => directory.current(),
      renew: async () => {
        const newest = await directory.renew();
        await locks.refresh(newest.revision);
        await presence.renew();
        await contacts.renew();
        timekeeper.look();
        return newest;
      },
    },
    publisher,
    esl,
    log,
  });
  void sounds.make(everythingSaid(directory.current(), presence.current()));
  const prompts = keepPrompts(layout.prompts, log);

  const report = createReporter({ esl, tell, ledger, prompts, directory, clock: systemClock });
  const http = await listenHttp(
    daemonApp({
      status: report,
      refresh: () => published.now(),
      resync: async (phone) => {
        const control = esl.control();
        if (control !== undefined) await sendResync(control, phone);
        return control !== undefined;
      },
      onBug: (err) => {
        log.error({ err }, 'a request ended in a bug of ours');
      },
    }).callback(),
    { host: '127.0.0.1', port: config.ports.http, variable: 'VAXEL_HTTP_PORT' },
  );
  log.info({}, 'vaxel-daemon answers calls');

  return {
    async stop() {
      await door.close();
      await http.close();
      await published.stop();
      timekeeper.stop();
      clearInterval(fallingBack);
      await esl.stop();
      await decisions.stop();
      await journal?.close();
      await db.destroy();
    },
  };
}
