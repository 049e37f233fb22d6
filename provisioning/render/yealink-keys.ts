import type { Model } from '../models/model.ts';
import type { Key, KeyPlace, Phone } from '../phone/phone.ts';
import { settingOf } from '../settings/read.ts';
import { keyLayout } from './key-layout.ts';
import { voicemailOf } from './voicemail.ts';
import type { YealinkKey } from './yealink-views.ts';

/** Every key of a Yealink, used or not. */
export function yealinkKeys(phone: Phone, model: Model): readonly YealinkKey[] {
  return keyLayout(phone, model).keys.map(({ at, key }) => {
    const name = keyName(model, at);
    return key === undefined ? { name, ...NOTHING } : { name, ...keyOf(phone, model, key) };
  });
}

/** Memory keys come after the line keys in our numbers, and have numbers of their own in Yealink's. */
function keyName(model: Model, { module, key }: KeyPlace): string {
  if (module > 0) return `expansion_module.${module}.key.${key}`;
  return key > model.lineKeys ? `memorykey.${key - model.lineKeys}` : `linekey.${key}`;
}

type KeyValues = Omit<YealinkKey, 'name'>;

const NOTHING: KeyValues = {
  type: 0,
  line: undefined,
  value: undefined,
  label: '',
  pickup: undefined,
};

function keyOf(phone: Phone, model: Model, key: Key): KeyValues {
  const code = settingOf(phone, 'lamp.pickup-code');
  const { label } = key;
  switch (key.does) {
    case 'line':
      return { ...NOTHING, type: 15, line: key.line, label };
    case 'blf': {
      const line = model.blfCountsFromZero ? key.line - 1 : key.line;
      const pickup = code === '' ? '' : code + key.target;
      return { type: 16, line, value: key.target, label, pickup };
    }
    // A lamp of something that never rings, so with nothing to pick up.
    case 'activity':
    case 'team-login': {
      const line = model.blfCountsFromZero ? key.line - 1 : key.line;
      return { type: 16, line, value: key.target, label, pickup: '' };
    }
    case 'speed':
      return { ...NOTHING, type: 13, line: key.line, value: key.target, label };
    case 'park':
      return { ...NOTHING, type: 10, line: key.line, value: key.target, label };
    case 'pickup':
      return { ...NOTHING, type: 9, line: key.line, value: code + key.target, label };
    case 'voicemail': {
      const value = voicemailOf(phone, key.line);
      return { ...NOTHING, type: 12, line: key.line, value, label };
    }
    case 'conference':
      return { ...NOTHING, type: 1, line: key.line, label };
    case 'forward':
      return { ...NOTHING, type: 2, line: key.line, label };
    case 'dnd':
      return { ...NOTHING, type: 5, line: key.line, label };
    case 'url':
      return { ...NOTHING, type: 17, value: key.target, label };
  }
}
