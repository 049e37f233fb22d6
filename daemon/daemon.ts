import { mkdirSync } from 'node:fs';
import { databaseFile, loadConfig } from '../common/config.ts';
import { migrate } from '../common/db/migrate.ts';
import { openDb } from '../common/db/open.ts';
import { openLog } from '../common/log.ts';
import { openMetrics } from '../common/metrics.ts';
import type { Program } from '../common/run-program.ts';
import { openSecrets } from '../common/secrets.ts';
import { epochMs, HOUR_MS, steadyClock, systemClock } from '../common/time.ts';
import type { AnswerDeps } from './answer-call.ts';
import { openAnswering } from './open-answering.ts';
import { keepCallsNow } from './calls-now.ts';
import { peopleOf } from './http/people.ts';
import { createStatusOf } from './presence/status-of.ts';
import { callBack } from './recall/call-back.ts';
import { keepRecalls } from './recall/keep-recalls.ts';
import { openContacts } from './contacts-store.ts';
import { openDirectory } from './directory-store.ts';
import { openPresence } from './presence-store.ts';
import { leftCalls } from './decisions/left-calls.ts';
import { superviseEsl } from './esl/supervise.ts';
import { keepFallback } from './freeswitch/fallback.ts';
import { layoutOf } from './freeswitch/layout.ts';
import { keepFeatureKeys } from './feature-keys/keep-feature-keys.ts';
import { createPublisher } from './freeswitch/publish.ts';
import { askTrunks } from './freeswitch/trunks.ts';
import { createMeters } from './metrics/meters.ts';
import { openJournalled } from './journal/journalled.ts';
import { hearEvents } from './hear-events.ts';
import { keepTold } from './keep-told.ts';
import { createLedger } from './ledger.ts';
import { keepLookout } from './lookout.ts';
import { tellMailboxLegs } from './mailbox-legs.ts';
import { openMailboxLocks } from './mailbox-locks.ts';
import { openApi } from './open-api.ts';
import { keepNumbers, readNumbers } from './canary/keep-numbers.ts';
import { createNotifyNumbers } from './canary/notify-numbers.ts';
import { openCanary } from './open-canary.ts';
import { openHere } from './open-here.ts';
import { openHttp } from './open-http.ts';
import { openLamps } from './open-lamps.ts';
import { openSounds } from './open-sounds.ts';
import { keepPrompts } from './prompts.ts';
import { rememberDevices } from './remember-devices.ts';
import { keepRetention } from './retention/keep-retention.ts';
import { keepPublished } from './keep-published.ts';
import { forwardNow } from './routing/forward-now.ts';
import { keepSaidAhead } from './said-ahead.ts';
import type { World } from './routing/world.ts';
import { stateLine } from './state-line.ts';

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
): Promise<Program> {
  const config = loadConfig(env);
  const log = openLog('vaxel-daemon', config.log);
  mkdirSync(config.state, { recursive: true, mode: 0o700 });
  const secrets = openSecrets(config);
  const db = openDb(databaseFile(config), DATABASE_BUSY_MS);
  await migrate(db);
  const directory = await openDirectory(db, log);
  const presence = await openPresence(db, log);
  const contacts = await openContacts(db, log);
  const locks = await openMailboxLocks({
    db,
    log,
    turnAway: (leg) => void mailboxLegs.turnAway(leg),
  });
  const ledger = createLedger(log);
  const metrics = openMetrics('vaxel-daemon');
  const meters = createMeters(metrics.registry);
  const layout = layoutOf(config.state);
  for (const folder of [layout.unheard, layout.takes]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  const { sounds, names, recorded } = await openSounds(layout, log);

  const left = await leftCalls(db, epochMs(systemClock() - HOUR_MS));
  const { lines, spent, journal } = openJournalled({
    ...{ config, left, clock: systemClock, log },
    directory: directory.current(),
  });
  const calls = keepCallsNow(lines);
  const statusOf = createStatusOf({
    people: () => peopleOf(directory.current()),
    presence: () => presence.current(),
    clock: systemClock,
  });
  const world = (): World => ({
    directory: directory.current(),
    presence: presence.current(),
    contacts: contacts.current(),
    locks: locks.current(),
    calls: calls(),
    spent: spent.at(systemClock()),
  });
  const soundOf: AnswerDeps['soundOf'] = (parts, language) => sounds.filesOf(parts, language);
  const recordedOf: AnswerDeps['recordedOf'] = (parts, language) =>
    sounds.recordedOf(parts, language);
  const answering = await openAnswering({
    ...{ config, db, ledger, presence, world, soundOf, recordedOf, clock: systemClock },
    ...{ log, meters, spent, journal },
  });

  const devices = rememberDevices(db, log);
  const numbersFile = { state: config.state, clock: steadyClock, wallClock: systemClock, log };
  const numbers = createNotifyNumbers(await readNumbers(numbersFile));
  const esl = superviseEsl({
    host: '127.0.0.1',
    port: config.ports.esl,
    password: secrets.eslPassword,
    log,
    onCommand: meters.command,
    onIgnored: meters.ignored,
    onEvent: (event) => {
      hear(event);
    },
    onSnapshot: (snapshot) => {
      published.again();
      live.restart(snapshot);
      fallback.again();
    },
  });
  const tell = async (command: string) => (await esl.control()?.api(command)) ?? '';
  const fallback = keepFallback({
    world,
    soundOf,
    clock: systemClock,
    tell: () => {
      const control = esl.control();
      return control && ((command) => control.api(command));
    },
    log,
  });
  const fallingBack = setInterval(() => void fallback.renew(), FALLBACK_EVERY_MS);
  const { messageLamps, orphans, lamps, live } = openLamps({
    ...{ config, lines, numbers, esl, log, tell, onTold: meters.lampTold },
    directory: () => directory.current(),
    activityOf: (user) => statusOf.lamp(user),
    isHeard: () => api.isHeard(),
    isForwarded: (user) =>
      forwardNow(presence.current(), user, 'always', systemClock()) !== undefined,
  });
  const keptNumbers = keepNumbers({
    ...numbersFile,
    numbers,
    isHeld: () => orphans.isTaking(),
  });
  const mailboxLegs = tellMailboxLegs(tell, log);
  const renewPresence = async (): Promise<void> => {
    await presence.renew();
    told.look();
  };
  const featureKeys = keepFeatureKeys({
    db,
    directory: () => directory.current(),
    presence: () => presence.current(),
    renew: renewPresence,
    control: () => esl.control(),
    clock: systemClock,
    log,
  });
  const saidAhead = keepSaidAhead({
    directory: () => directory.current(),
    presence: () => presence.current(),
    clock: systemClock,
    sounds,
  });
  saidAhead.look();
  const told = keepTold({
    directory: () => directory.current(),
    presence: () => presence.current(),
    clock: systemClock,
    ...{ log, featureKeys, lamps, sounds },
    api: () => api,
    recalls: () => recalls,
  });
  const publisher = createPublisher({ config, routePort: answering.port, secrets, db, log });
  const published = keepPublished({
    directory: {
      current: () => directory.current(),
      renew: async () => {
        const newest = await directory.renew();
        await locks.refresh(newest.revision);
        await renewPresence();
        await contacts.renew();
        // A look at each recording: no change waits for that.
        void names.renew();
        void renewRecorded();
        saidAhead.look();
        live.renew(newest);
        return newest;
      },
    },
    publisher,
    esl,
    log,
  });
  const prompts = keepPrompts({ folder: layout.prompts, log });
  const renewRecorded = async (): Promise<void> => {
    if (!(await recorded.renew())) return;
    fallback.again();
    await prompts.again();
  };
  const trunks = () => askTrunks(esl.control());
  const lookout = keepLookout({ trunks, state: config.state, log });

  const api = openApi({
    db,
    directory: () => directory.current(),
    world,
    soundOf,
    lines,
    paidBy: (user) => spent.paidBy(user),
    statusOf: (user) => statusOf.view(user),
    presence: () => presence.current(),
    renewPresence,
    control: () => esl.control(),
    clock: systemClock,
    log,
  });
  const recalls = keepRecalls({
    db,
    clock: systemClock,
    log,
    readiness: {
      isOpen: (user) => statusOf.isOpen(user),
      isWithinHours: (user) => statusOf.isWithinHours(user),
      isIdle: (user) => lines.current().get(user)?.state === 'idle',
    },
    call: callBack({ directory: () => directory.current(), control: () => esl.control() }),
  });
  const hear = hearEvents({
    directory: () => directory.current(),
    ...{ meters, locks, mailboxLegs, messageLamps, lamps, names, fallback },
    ...{ devices, featureKeys, api, live, answering, spent },
  });
  lines.onChange((changed) => {
    recalls.idle(changed.flatMap(({ user, line }) => (line?.state === 'idle' ? [user] : [])));
  });
  const retention = keepRetention({
    ...{ db, layout, journal: config.journal, log },
    clock: systemClock,
    counted: () => performance.now(),
  });
  const canary = await openCanary({
    ...{ config, secrets, lamps, numbers, esl, clock: steadyClock, log },
    numbersFell: async () => {
      lamps.retell(await orphans.adopt('all'));
    },
  });
  const here = openHere({
    ...{ config, env, esl, tell, lines, lamps, canary, api, sounds, prompts, directory },
    ...{ ledger, answering, metrics, trunks, clock: systemClock },
  });
  const http = await openHttp({
    ...{ config, api, meters, log },
    machine: {
      ...here,
      refresh: async () => {
        await renewRecorded();
        await published.now();
      },
    },
  });
  // FreeSWITCH may be waiting for its configuration.
  await published.now();
  log.info({}, 'vaxel-daemon answers calls');

  return {
    log,
    state: () => stateLine({ db, esl }),
    /** Leaves every call as it is. */
    async stop() {
      await answering.closeDoor();
      api.close();
      await http.close();
      metrics.close();
      await published.stop();
      told.stop();
      await recalls.stop();
      await retention.stop();
      await canary.stop();
      prompts.stop();
      lookout.stop();
      await live.stop();
      orphans.stop();
      await keptNumbers.stop();
      clearInterval(fallingBack);
      await esl.stop();
      await answering.stop();
      await db.destroy();
    },
  };
}
