import type { Config } from '../../common/config.ts';
import type { Db } from '../../common/db/open.ts';
import { listOrganisations, type OrganisationRecord } from '../../common/db/organisations.ts';
import { guestUsername, type PhoneGuest, welcomeGuest } from '../../common/db/phone-guests.ts';
import type { Log } from '../../common/log.ts';
import { noteSecurity } from '../../common/security.ts';
import type { Extension } from '../../common/phone-number.ts';
import { type Clock, epochMs } from '../../common/time.ts';
import type { Visit } from '../http/phone-files.ts';
import type { Vendor } from '../models/model.ts';
import type { Mac, Phone } from '../phone/phone.ts';
import { renderFile } from '../render/render-file.ts';
import { originFor } from '../source/server-address.ts';
import { vendorOfModel } from '../models/nearest.ts';

export interface LobbyDeps {
  readonly config: Config;
  /** Written when a new phone comes in. */
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long a phone waits there after it last asked, in milliseconds. */
const WAITS_MS = 24 * 3_600_000;

/**
 * Gives a phone that nobody has claimed a configuration without anybody's
 * secrets: it registers as a guest, shows its code, and reaches the lobby alone.
 *
 * Known phones get the same as unknown ones, so that a stranger does not learn
 * which are known.
 */
export function openLobby({ config, db, clock, log }: LobbyDeps) {
  return async ({ asked: { by, file }, agent, address }: Visit): Promise<Buffer | undefined> => {
    if (by.kind !== 'lobby') return undefined;
    if (!('mac' in file) || agent === undefined) return undefined;
    if (agent.mac !== undefined && agent.mac !== file.mac) return undefined;
    const organisation = await hostOf(db, by.domain);
    if (organisation === undefined) return undefined;
    const { model } = agent;
    if (!FIRST[agent.vendor].some((kind) => kind === file.kind)) return undefined;
    const now = clock();
    const { mac } = file;
    const wanted = { mac, organisationId: organisation.id, model, address };
    const guest = await welcomeGuest(db, wanted, now, epochMs(now + WAITS_MS));
    if (guest === undefined) {
      noteSecurity(log, 'lobby-full', { client: address, mac }, 'the lobby is full');
      return undefined;
    }
    log.info({ mac, client: address, file: file.kind }, 'phone waits in the lobby');
    const folder = by.domain === undefined ? 'lobby/' : `lobby/${by.domain}/`;
    return renderFile(guestPhone(guest, mac, organisation, config, folder), file);
  };
}

/** The organisation that the path names, else the only one: of several, nobody could tell whose a new phone is. */
async function hostOf(db: Db, domain: string | undefined): Promise<OrganisationRecord | undefined> {
  const all = await listOrganisations(db);
  const [found, ...others] = all.filter((each) => each.domain === (domain ?? each.domain));
  return others.length === 0 ? found : undefined;
}

/** Nothing in it is a secret: its account reaches nobody, and everybody who asks is told it. */
function guestPhone(
  { code, model }: PhoneGuest,
  mac: Mac,
  organisation: OrganisationRecord,
  config: Config,
  folder: string,
): Phone {
  const { name, domain, zone, country, language } = organisation;
  const vendor = vendorOfModel(model);
  const shown = `${language === 'sv' ? 'Kod' : 'Code'} ${code.slice(0, 3)} ${code.slice(3)}`;
  const line = {
    username: guestUsername(mac),
    password: code,
    extension: LOBBY,
    displayName: shown,
    label: shown,
    settings: new Map<string, string>(),
  };
  return {
    mac,
    model,
    firmware: undefined,
    lines: [line],
    keys: [],
    settings: new Map([
      ['phonebook', 'no'],
      ['web', 'off'],
    ]),
    vendorKeys: new Map(VENDOR_KEYS[vendor]),
    adminPassword: code,
    organisation: { name, domain, zone, country, language, voicemailCode: LOBBY },
    server: {
      sipHost: config.phones.host,
      sipPort: config.ports.sip,
      sipTlsPort: config.ports.sipTls ?? 5061,
      transport: 'udp',
      url: `${originFor(config, vendor)}${folder}`,
    },
  };
}

/** What a guest dials, whatever keys are pressed. */
const LOBBY = '10' as Extension;

const FIRST = {
  Yealink: ['config'],
  Polycom: ['config', 'polycom-settings', 'polycom-vendor-keys'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** It calls the lobby when it is picked up, and asks for its files every few minutes until it is claimed. */
const VENDOR_KEYS: Readonly<Record<Vendor, readonly (readonly [string, string])[]>> = {
  Yealink: [
    ['features.hotline_number', LOBBY],
    // Time to dial 112 in.
    ['features.hotline_delay', '4'],
    ['static.auto_provision.repeat.enable', '1'],
    ['static.auto_provision.repeat.minutes', '5'],
  ],
  Polycom: [
    ['call.autoOffHook.1.enabled', '1'],
    ['call.autoOffHook.1.contact', LOBBY],
    ['prov.polling.enabled', '1'],
    ['prov.polling.period', '3600'],
  ],
};
