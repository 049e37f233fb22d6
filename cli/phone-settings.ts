import { setPhoneSetting, type SettingLayer } from '../common/db/phone-settings.ts';
import { readPhoneSource } from '../common/db/phone-source.ts';
import { findPhone } from '../common/db/phones.ts';
import { addSite, findSite, listSites, removeSite } from '../common/db/sites.ts';
import { resolvedSettings } from '../provisioning/source/load-phone.ts';
import { readMac } from '../provisioning/phone/mac.ts';
import { checkSetting, checkVendorKey } from '../provisioning/settings/check.ts';
import {
  type Command,
  done,
  type Invocation,
  type Outcome,
  type Refused,
  refused,
} from './command.ts';
import { modelNamed } from './phone-add.ts';
import { withPhone } from './phone-place.ts';
import { table } from './print.ts';
import { refusedBecause } from './refusals.ts';
import { ORG } from './users.ts';
import { changed, inOrganisation, type Workplace } from './workplace.ts';

const LAYER = {
  phone: { value: '<mac>', summary: 'of one phone' },
  line: { value: '<n>', summary: 'of one line of that phone' },
  model: { value: '<model>', summary: 'of all phones of a model' },
  site: { value: '<name>', summary: 'of all phones of a site' },
  vendor: { summary: "a parameter of the vendor's own, written as it is" },
  org: ORG,
} as const;

export const phoneSetCommand: Command = {
  words: 'phone set',
  summary: 'change how phones are set up: all of them, or those of a site, model, phone or line',
  takes: ['<setting>', '<value>'],
  options: LAYER,
  run: async (invocation) => writeSetting(invocation, invocation.args[1] ?? ''),
};

export const phoneUnsetCommand: Command = {
  words: 'phone unset',
  summary: 'take a setting back; the next wider one holds again',
  takes: ['<setting>'],
  options: LAYER,
  run: async (invocation) => writeSetting(invocation, undefined),
};

export const explainCommand: Command = {
  words: 'phone explain',
  summary: 'say what a setting is for a phone, and which layer says so',
  takes: ['<mac>', '<setting>'],
  options: { line: { value: '<n>', summary: 'for one of its lines' }, org: ORG },
  run: async (invocation) =>
    withPhone(invocation, async (phone, { db, box }) => {
      const name = invocation.args[1] ?? '';
      const source = await readPhoneSource(db, box, phone.id);
      if (source === undefined) return refusedBecause('unknown-phone');
      const line = invocation.values.get('line');
      const ofLine = line === undefined ? undefined : Number(line);
      const { settings, vendorKeys } = resolvedSettings(source, ofLine);
      const found = settings.get(name) ?? vendorKeys.get(name);
      if (found === undefined) {
        const check = checkSetting(name, '');
        const meant = check.kind === 'unknown-setting' ? check.meant : undefined;
        return unknownSetting(name, meant);
      }
      const text = [
        `${name} = ${found.value}   from ${fromText(found.from)}`,
        ...found.hides.map(({ value, from }) => `  over ${value}   from ${fromText(from)}`),
      ].join('\n');
      return done({ setting: name, ...found }, text);
    }),
};

const siteAdd: Command = {
  words: 'site add',
  summary: 'add a site, a place whose phones share settings',
  takes: ['<name>'],
  options: { org: ORG },
  run: async (invocation) =>
    inOrganisation(invocation, async ({ id }, { db, now }) => {
      const result = await addSite(db, id, invocation.args[0] ?? '', now);
      if (result.kind === 'refused') return refusedBecause(result.why);
      return done(result.site, `added ${result.site.name}`);
    }),
};

const siteList: Command = {
  words: 'site list',
  summary: 'list the sites',
  takes: [],
  options: { org: ORG },
  run: async (invocation) =>
    inOrganisation(invocation, async ({ id }, { db }) => {
      const sites = await listSites(db, id);
      return done(
        sites,
        table(
          ['SITE'],
          sites.map(({ name }) => [name]),
        ),
      );
    }),
};

const siteRemove: Command = {
  words: 'site remove',
  summary: 'remove a site that has no phones, with its settings',
  takes: ['<name>'],
  options: { org: ORG },
  run: async (invocation) =>
    inOrganisation(invocation, async ({ id }, place) => {
      const name = invocation.args[0] ?? '';
      const result = await removeSite(place.db, id, name);
      if (result !== 'removed') return refusedBecause(result);
      return changed(place, invocation, done({ name }, `removed ${name}`));
    }),
};

export const siteCommands: readonly Command[] = [siteAdd, siteList, siteRemove];

async function writeSetting(invocation: Invocation, value: string | undefined): Promise<Outcome> {
  return inOrganisation(invocation, async (organisation, place) => {
    const [name = ''] = invocation.args;
    const vendorKey = invocation.switches.has('vendor');
    const at = await layerOf(invocation, organisation.id, place);
    if ('kind' in at) return at;
    const checked = value === undefined ? undefined : readValue(name, value, vendorKey);
    if (typeof checked === 'object') return checked;
    await setPhoneSetting(place.db, organisation.id, { at, vendorKey, name }, checked);
    const where = fromText(at.layer);
    const text =
      checked === undefined
        ? `${name} is no more said by ${where}`
        : `${name} is now ${checked} for ${where}`;
    return changed(
      place,
      invocation,
      done({ setting: name, value: checked, layer: at.layer }, text),
    );
  });
}

async function layerOf(
  { values }: Invocation,
  organisation: string,
  { db }: Workplace,
): Promise<SettingLayer | Refused> {
  const [phone, line, model, site] = ['phone', 'line', 'model', 'site'].map((name) =>
    values.get(name),
  );
  if ([phone, model, site].filter((each) => each !== undefined).length > 1) {
    return refusedBecause('one-layer');
  }
  if (line !== undefined && (phone === undefined || !/^[1-9]\d{0,2}$/.test(line))) {
    return refusedBecause('line-of-phone');
  }
  if (phone !== undefined) {
    const mac = readMac(phone);
    const found = mac && (await findPhone(db, { mac }));
    if (found?.organisationId !== organisation) return refusedBecause('unknown-phone');
    const phoneId = found.id;
    return line === undefined
      ? { layer: 'phone', phoneId }
      : { layer: 'line', phoneId, line: Number(line) };
  }
  if (model !== undefined) {
    const named = modelNamed(model);
    return 'kind' in named ? named : { layer: 'model', model: named.name };
  }
  if (site === undefined) return { layer: 'organisation' };
  const found = await findSite(db, organisation, site);
  return found === undefined ? refusedBecause('unknown-site') : { layer: 'site', siteId: found.id };
}

/** The value in its one spelling, or what is wrong with it. */
function readValue(name: string, value: string, vendorKey: boolean): string | Refused {
  const checked = vendorKey ? checkVendorKey(name, value) : checkSetting(name, value);
  switch (checked.kind) {
    case 'ok':
      return checked.value;
    case 'unknown-setting':
      return unknownSetting(name, checked.meant);
    case 'bad-name':
      return refused('bad-setting', `${name} is no parameter: write ${checked.expects}`);
    case 'bad-value':
      return refused('bad-setting', `${name} is ${checked.expects}`);
  }
}

const unknownSetting = (name: string, meant: string | undefined): Refused =>
  refused(
    'unknown-phone-setting',
    `there is no setting ${name}${meant === undefined ? '; docs/phones.md lists them' : `; did you mean ${meant}?`}`,
  );

const fromText = (layer: SettingLayer['layer'] | 'default'): string =>
  ({
    organisation: 'the organisation',
    site: 'the site',
    model: 'the model',
    phone: 'the phone',
    line: 'the line',
    default: 'the default',
  })[layer];
