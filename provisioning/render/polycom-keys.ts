import type { Model } from '../models/model.ts';
import type { Key, Phone } from '../phone/phone.ts';
import { settingOf } from '../settings/read.ts';
import { keyLayout } from './key-layout.ts';
import type { PolycomGeneration } from './polycom-generation.ts';
import type { PolycomKey, PolycomMacro, PolycomWatched } from './polycom-views.ts';
import { voicemailOf } from './voicemail.ts';

/** The keys of a Polycom: what each place holds, and the three lists they point into. */
export interface PolycomKeys {
  readonly keys: readonly PolycomKey[];
  readonly watched: readonly PolycomWatched[];
  readonly macros: readonly PolycomMacro[];
  /** Entries of the phone's directory that are keys, in their order from 1. */
  readonly speedDials: readonly SpeedDial[];
}

export interface SpeedDial {
  readonly n: number;
  readonly label: string;
  readonly number: string;
}

/**
 * A Polycom numbers the keys of its modules on from its own (VVX Expansion
 * Module, Administrator's Guide Addendum, `lineKey.x.category`). What an old
 * one cannot put on a line key is left out; docs/phones.md says which.
 */
export function polycomKeys(
  phone: Phone,
  model: Model,
  generation: PolycomGeneration,
): PolycomKeys {
  const { keys: places, perModule } = keyLayout(phone, model);
  const keys: PolycomKey[] = [];
  const watched: PolycomWatched[] = [];
  const macros: PolycomMacro[] = [];
  const speedDials: SpeedDial[] = [];
  for (const { at, key } of places) {
    if (key === undefined) continue;
    const n = at.module === 0 ? at.key : model.lineKeys + (at.module - 1) * perModule + at.key;
    if (key.does === 'line') {
      keys.push({ n, category: 'Line', index: key.line });
      continue;
    }
    const type = watchedAs(key);
    if (type !== undefined && 'target' in key) {
      // Index 0: the next of those watched, which is why they stand in the order of their keys.
      keys.push({ n, category: 'BLF', index: 0 });
      const address = `${key.target}@${phone.organisation.domain}`;
      watched.push({ n: watched.length + 1, address, label: key.label, type });
      continue;
    }
    const number = numberOf(phone, key);
    if (generation.macros) {
      const action = number === undefined ? functionOf(key) : `${number}$Tinvite$`;
      macros.push({ n: macros.length + 1, name: `key${n}`, label: key.label, action });
      keys.push({ n, category: 'EFK', index: macros.length });
    } else if (number !== undefined) {
      speedDials.push({ n: speedDials.length + 1, label: key.label, number });
      keys.push({ n, category: 'SpeedDial', index: speedDials.length });
    }
  }
  return { keys, watched, macros, speedDials };
}

function watchedAs({ does }: Key): 'normal' | 'automata' | undefined {
  if (does === 'blf') return 'normal';
  return does === 'park' || does === 'activity' || does === 'team-login' ? 'automata' : undefined;
}

/** What a key dials, where it dials. */
function numberOf(phone: Phone, key: Key): string | undefined {
  switch (key.does) {
    case 'speed':
      return key.target;
    case 'pickup':
      return settingOf(phone, 'lamp.pickup-code') + key.target;
    case 'voicemail':
      return voicemailOf(phone, key.line);
    case 'line':
    case 'blf':
    case 'park':
    case 'activity':
    case 'team-login':
    case 'conference':
    case 'forward':
    case 'dnd':
    case 'url':
      return undefined;
  }
}

/** Built-in functions by their names between `$F` and `$` (UC Software Administrator's Guide, macro actions). */
function functionOf(key: Key): string {
  switch (key.does) {
    case 'conference':
      return '$FConference$';
    case 'forward':
      return '$FDivert$';
    case 'dnd':
      return '$FDoNotDisturb$';
    case 'url':
      return key.target;
    case 'line':
    case 'blf':
    case 'speed':
    case 'park':
    case 'pickup':
    case 'voicemail':
    case 'activity':
    case 'team-login':
      return '';
  }
}
