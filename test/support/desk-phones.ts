import type { Extension } from '../../common/phone-number.ts';
import { keysFor } from '../../provisioning/models/keys.ts';
import type { Model } from '../../provisioning/models/model.ts';
import { readMac } from '../../provisioning/phone/mac.ts';
import type { Key, Line, Phone } from '../../provisioning/phone/phone.ts';
import { anka, anna, bjorn } from './office.ts';

/** Anna's line, as her desk phone has it. */
export const annasLine: Line = lineOf(anna.name, '100', '100-desk', 'b3rg-and-berries');
export const bjornsLine: Line = lineOf(bjorn.name, '101', '101-desk', 'ek-is-oak-in-Swedish');

/** A phone of the office, with as many of Anna's and Björn's lines as it takes and a few keys. */
export function officePhone(model: Model, changes: Partial<Phone> = {}): Phone {
  const lines = [annasLine, bjornsLine].slice(0, model.accounts);
  return {
    mac: macOf('0015651a2b3c'),
    model: model.name,
    firmware: undefined,
    lines,
    keys: fewKeys(model, lines.length),
    settings: new Map(),
    vendorKeys: new Map(),
    adminPassword: '4711-kruka-90',
    organisation: {
      name: anka.name,
      domain: anka.domain,
      zone: anka.zone,
      country: anka.country,
      language: anka.language,
      voicemailCode: anka.voicemailCode,
    },
    server: {
      sipHost: 'sip.anka.example',
      sipPort: 5060,
      sipTlsPort: 5061,
      transport: 'udp',
      url: 'https://phones.anka.example/p/token/',
    },
    ...changes,
  };
}

/** The first of what a sysadmin would put on a phone, as far as there is room. */
function fewKeys(model: Model, lines: number): readonly Key[] {
  const at = (key: number) => ({ module: 0, key });
  const keys: readonly Key[] = [
    { at: at(1), does: 'line', line: 1, label: 'Anna' },
    { at: at(2), does: 'line', line: lines, label: 'Björn' },
    { at: at(3), does: 'blf', line: 1, target: '102', label: 'Cecilia' },
    { at: at(4), does: 'speed', line: 1, target: '+46812345601', label: 'Björn' },
    { at: at(5), does: 'voicemail', line: 1, label: 'Röstbrevlåda' },
    { at: at(6), does: 'park', line: 1, target: '701', label: 'Park 1' },
  ];
  return keys.slice(0, keysFor(model).phone);
}

export function macOf(text: string) {
  const mac = readMac(text);
  if (mac === undefined) throw new Error(`${text} is no MAC address`);
  return mac;
}

function lineOf(displayName: string, extension: string, username: string, password: string): Line {
  return {
    username,
    password,
    extension: extension as Extension,
    displayName,
    label: `${extension} ${displayName}`,
    settings: new Map(),
  };
}
