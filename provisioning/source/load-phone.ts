import type { PhoneKey } from '../../common/db/phone-keys.ts';
import type { PhoneSetting } from '../../common/db/phone-settings.ts';
import type { PhoneLine, PhoneSource } from '../../common/db/phone-source.ts';
import {
  type Layer,
  LAYERS,
  resolveSettings,
  type ResolvedSettings,
  valuesOf,
} from '../settings/layers.ts';
import { readMac } from '../phone/mac.ts';
import type { Key, Line, Phone, PhoneServer } from '../phone/phone.ts';

/**
 * What the database says of a phone, as its files are rendered from it. Pure:
 * the same rows give the same phone.
 */
export function phoneOf(source: PhoneSource, server: PhoneServer): Phone {
  const { phone, organisation, adminPassword } = source;
  const mac = readMac(phone.mac);
  if (mac === undefined) throw new Error(`a stored phone has no MAC address: ${phone.mac}`);
  const layers = layersOf(source.settings);
  const { voicemailCode, name, domain, zone, country, language } = organisation;
  return {
    mac,
    model: phone.model,
    firmware: phone.firmware,
    lines: source.lines.map((line) => lineOf(line, source.settings)),
    keys: source.keys.flatMap((key) => keyOf(key, source)),
    settings: valuesOf(layers, 'settings'),
    vendorKeys: valuesOf(layers, 'vendorKeys'),
    adminPassword,
    organisation: { name, domain, zone, country, language, voicemailCode },
    server,
  };
}

/** What holds for the phone, and which layer says it; for one of its lines where one is named. */
export function resolvedSettings({ settings }: PhoneSource, line?: number): ResolvedSettings {
  return resolveSettings(layersOf(settings, line));
}

function layersOf(settings: readonly PhoneSetting[], line?: number): readonly Layer[] {
  const here = settings.filter(({ at }) => at.layer !== 'line' || at.line === line);
  return LAYERS.map((name) =>
    layerOf(
      name,
      here.filter(({ at }) => at.layer === name),
    ),
  );
}

function layerOf(name: Layer['name'], settings: readonly PhoneSetting[]): Layer {
  const pairs = (vendorKey: boolean) =>
    new Map(
      settings
        .filter((each) => each.vendorKey === vendorKey)
        .map((each) => [each.name, each.value]),
    );
  return { name, settings: pairs(false), vendorKeys: pairs(true) };
}

function lineOf(line: PhoneLine, settings: readonly PhoneSetting[]): Line {
  const { username, password, extension, name, label = name, position } = line;
  const own = settings.filter(
    ({ at, vendorKey }) => at.layer === 'line' && at.line === position && !vendorKey,
  );
  return {
    username,
    password,
    extension,
    displayName: name,
    label,
    settings: new Map(own.map((each) => [each.name, each.value])),
  };
}

/**
 * A key counts lines as the phone will have them. One whose account was removed
 * is left out: it would act as somebody else.
 */
function keyOf(key: PhoneKey, { lines, names }: PhoneSource): readonly Key[] {
  const { target = '' } = key;
  const at = { module: key.module, key: key.key };
  const line = lines.findIndex(({ position }) => position === key.line) + 1;
  if (key.does !== 'url' && line === 0) return [];
  const label =
    key.label ?? names.get(target) ?? (target === '' ? (LABELS[key.does] ?? '') : target);
  switch (key.does) {
    case 'line':
      return [{ at, label: key.label ?? lines[line - 1]?.name ?? '', does: key.does, line }];
    case 'voicemail':
    case 'conference':
    case 'forward':
    case 'dnd':
      return [{ at, label, does: key.does, line }];
    case 'blf':
    case 'speed':
    case 'park':
    case 'pickup':
    case 'activity':
    case 'team-login':
      return [{ at, label, does: key.does, line, target }];
    case 'url':
      return [{ at, label, does: key.does, target }];
  }
}

const LABELS: Readonly<Partial<Record<PhoneKey['does'], string>>> = {
  voicemail: 'Röstbrevlåda',
  conference: 'Konferens',
  forward: 'Vidarekoppla',
  dnd: 'Stör ej',
};
