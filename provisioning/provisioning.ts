import type { X509Certificate } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { TLSSocket } from 'node:tls';
import { type Config, databaseFile, loadConfig } from '../common/config.ts';
import { migrate } from '../common/db/migrate.ts';
import { openDb } from '../common/db/open.ts';
import { listOrganisations } from '../common/db/organisations.ts';
import { closeWindow } from '../common/db/phone-windows.ts';
import { openRevisionReader } from '../common/db/revision-reader.ts';
import { whyNoDatabase } from '../common/db/whether-answers.ts';
import { type HttpListener, listenHttp } from '../common/http-listener.ts';
import { openLog } from '../common/log.ts';
import { lookUp, openMetrics } from '../common/metrics.ts';
import type { Program } from '../common/run-program.ts';
import { openBox } from '../common/secrets.ts';
import { type Clock, systemClock } from '../common/time.ts';
import { proveMac } from './access/client-certificate.ts';
import { createLimits } from './access/limits.ts';
import { createNonces } from './access/nonces.ts';
import { provisioningApp } from './app.ts';
import { answerAgain } from './http/answer-again.ts';
import { createBooks } from './http/books.ts';
import { rememberGiven } from './http/given.ts';
import { listenForPhones, type TlsDoor } from './http/listen.ts';
import { createMeters } from './http/metrics.ts';
import { type Door, phoneFiles, type PhoneFilesDeps } from './http/phone-files.ts';
import { createRenderer, rememberPhones } from './http/rendered.ts';
import { openResources } from './http/resources.ts';
import { keepInStep } from './in-step/keep-in-step.ts';
import { openLobby } from './lobby/lobby.ts';
import type { Vendor } from './models/model.ts';
import { monitorApp, type MonitorDeps } from './monitor-app.ts';
import { createPhoneLookup } from './phone-lookup.ts';
import { listenPnp } from './pnp/listen-pnp.ts';
import { prepareRendering } from './render/prepare.ts';
import { resourcesFolder, uploadsFolder } from './source/folders.ts';
import { originFor } from './source/server-address.ts';
import { ownCertificates, readAuthorities, readCertificate } from './tls/own-certificate.ts';
import type { KeyedCertificate } from './tls/certificate.ts';
import { certificateFigure, watchCertificates } from './tls/watch-certificates.ts';
import { createRecorder } from './traffic/recorder.ts';
import { openUploads } from './uploads/store.ts';

/** How long another program may keep the database from being written, in milliseconds: no phone is answered meanwhile. */
const WRITER_BUSY_MS = 100;

/**
 * Starts what phones fetch their files from: configuration, database, and a door
 * for each way of coming. What is written of their traffic has a connection of
 * its own, so that no phone waits for it.
 *
 * @throws {VaxelError} for whatever of it cannot be had.
 */
export async function startProvisioning(
  env: Readonly<Record<string, string | undefined>>,
): Promise<Program> {
  const config = loadConfig(env);
  const clock = systemClock;
  const log = openLog('vaxel-provisioning', config.log);
  mkdirSync(config.state, { recursive: true, mode: 0o700 });
  const box = openBox(config);
  const db = openDb(databaseFile(config));
  await migrate(db);
  prepareRendering((await listOrganisations(db)).map(({ zone }) => zone));
  const writer = openDb(databaseFile(config), WRITER_BUSY_MS);
  const recorder = createRecorder(writer, box, log);
  const revision = openRevisionReader(databaseFile(config));
  const revisionNow = () => revision.read();
  const metrics = openMetrics('vaxel-provisioning');
  const phones = rememberPhones({ db, box, config }, revisionNow);

  const deps: PhoneFilesDeps = {
    config,
    clock,
    log,
    meters: createMeters(metrics.registry),
    lookup: createPhoneLookup(db, box, revisionNow),
    revisionNow,
    recorder,
    nonces: createNonces(clock),
    limits: createLimits(clock),
    renderer: createRenderer(phones, revisionNow),
    books: createBooks(db, phones, revisionNow),
    uploads: openUploads(uploadsFolder(config)),
    resources: openResources(resourcesFolder(config)),
    lobby: config.phones.lobby ? openLobby({ config, db: writer, clock, log }) : undefined,
    closeWindow: ({ record }) => closeWindow(writer, record.id),
  };
  const onBug = (err: unknown) => {
    log.error({ err }, 'a request ended in a bug of ours');
  };
  const certificates = await certificatesFor(config, clock);
  const doors = await openDoors(config, clock, certificates, (door) => {
    const entrance = { ...door, given: rememberGiven(revisionNow) };
    const handle = provisioningApp({ phoneFiles: phoneFiles(deps, entrance), onBug }).callback();
    return (request, response) => {
      // Koa's handler settles its promise itself: its errors go to the app's listener.
      if (!answerAgain(request, response, deps, entrance)) void handle(request, response);
    };
  });
  const watch = watchCertificates(certificates, clock, log);
  lookUp(metrics.registry, certificateFigure(watch));
  const monitor = await openMonitor(config, {
    metrics,
    whyNotReady: () => whyNoDatabase(databaseFile(config)),
    onBug,
  });
  const inStep = keepInStep({ db: writer, box, config, log });
  const pnp = config.phones.pnp
    ? await listenPnp({ host: config.bind, url: `${originFor(config, 'Yealink')}lobby/`, log })
    : undefined;
  log.info({}, 'vaxel-provisioning answers phones');

  return {
    log,
    state: async () => `answers phones at ${doors.length} doors`,
    async stop() {
      await Promise.all([...doors, ...monitor].map((door) => door.close()));
      metrics.close();
      watch.stop();
      await pnp?.close();
      await inStep.stop();
      await recorder.stop();
      await writer.destroy();
      revision.close();
      await db.destroy();
    },
  };
}

/** @returns none where it is off. */
async function openMonitor(config: Config, deps: MonitorDeps): Promise<readonly HttpListener[]> {
  const port = config.ports.provisioningMonitor;
  if (port === undefined) return [];
  const at = { host: '127.0.0.1', port, variable: 'VAXEL_PROVISIONING_MONITOR_PORT' };
  return [await listenHttp(monitorApp(deps).callback(), at)];
}

/** What is shown to phones at the encrypted doors; none where those are off. */
async function certificatesFor(config: Config, clock: Clock): Promise<readonly KeyedCertificate[]> {
  const { ports, phones, state } = config;
  if (ports.provisioningYealink === undefined && ports.provisioningPolycom === undefined) return [];
  return phones.certificate === undefined
    ? ownCertificates(state, phones.host, clock)
    : [readCertificate(phones.certificate)];
}

async function openDoors(
  config: Config,
  clock: Clock,
  certificates: readonly KeyedCertificate[],
  handlerFor: (door: Door) => RequestListener,
): Promise<readonly HttpListener[]> {
  const { bind: host, ports, phones } = config;
  const open = (door: Door, port: number, variable: string, tls: TlsDoor | undefined) =>
    listenForPhones(handlerFor(door), { host, port, variable, tls });
  const plain: Door = { vendor: undefined, proven: () => undefined };
  const doors = [await open(plain, ports.provisioning, 'VAXEL_PROVISIONING_PORT', undefined)];
  const encrypted = [
    ['Yealink', ports.provisioningYealink, phones.yealinkCa],
    ['Polycom', ports.provisioningPolycom, phones.polycomCa],
  ] as const;
  for (const [vendor, port, ca] of encrypted) {
    if (port === undefined) continue;
    const authorities = ca === undefined ? [] : readAuthorities(ca);
    const asksCertificate = phones.access.includes('certificate');
    const door = { vendor, proven: provenBy(vendor, authorities, clock) };
    const variable = `VAXEL_PROVISIONING_${vendor.toUpperCase()}_PORT`;
    doors.push(await open(door, port, variable, { certificates, asksCertificate }));
  }
  return doors;
}

function provenBy(
  vendor: Vendor,
  authorities: readonly X509Certificate[],
  clock: Clock,
): Door['proven'] {
  return ({ req: { socket } }) => {
    const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
    if (certificate === undefined) return undefined;
    const proven = proveMac(certificate, vendor, authorities, clock());
    return proven.kind === 'phone' ? proven.mac : undefined;
  };
}
