import { hasKey } from '../models/keys.ts';
import type { Model } from '../models/model.ts';
import type { Key, KeyPlace, Phone } from '../phone/phone.ts';
import { settingOf } from '../settings/read.ts';

/** The keys of a phone, where they are, with what each does. */
export interface KeyLayout {
  /** In the order of places. */
  readonly keys: readonly { readonly at: KeyPlace; readonly key: Key | undefined }[];
  /** Of one module. */
  readonly perModule: number;
}

/**
 * Every place of the phone and the modules on it, filled or empty; a key of a line
 * that is not there would act as another, and is left out. Where no key
 * is said to be a line, the lines take the first places that are free: a phone
 * that shows no line of its own cannot be dialled from.
 */
export function keyLayout(phone: Phone, model: Model): KeyLayout {
  const perModule = keysOfModule(phone, model);
  const places = [
    ...Array.from({ length: model.lineKeys + model.memoryKeys }, (_, i) => ({
      module: 0,
      key: i + 1,
    })),
    ...Array.from({ length: modulesOf(phone, model) }, (_, m) =>
      Array.from({ length: perModule }, (_, i) => ({ module: m + 1, key: i + 1 })),
    ).flat(),
  ];
  const lines = phone.lines.slice(0, model.accounts);
  const keys = phone.keys.filter((key) => !('line' in key) || key.line <= lines.length);
  const taken = new Map(keys.map((key) => [placeName(key.at), key]));
  if (!keys.some(({ does }) => does === 'line')) {
    const free = places.filter((at) => !taken.has(placeName(at)) && at.module === 0);
    for (const [i, line] of lines.entries()) {
      const at = free[i];
      if (at !== undefined) {
        taken.set(placeName(at), { at, does: 'line', line: i + 1, label: line.label });
      }
    }
  }
  return { keys: places.map((at) => ({ at, key: taken.get(placeName(at)) })), perModule };
}

/** As somebody said, else as the keys tell: one beyond the smaller kind is on the larger. */
function keysOfModule(phone: Phone, { modules }: Model): number {
  if (modules === undefined) return 0;
  const said = Number(settingOf(phone, 'modules.keys'));
  if (said > 0) return said;
  return phone.keys.some(({ at }) => at.module > 0 && at.key > modules.keys)
    ? modules.most
    : modules.keys;
}

function modulesOf(phone: Phone, model: Model): number {
  const used = phone.keys.filter(({ at }) => hasKey(model, at)).map(({ at }) => at.module);
  const most = model.modules?.count ?? 0;
  return Math.min(most, Math.max(0, Number(settingOf(phone, 'modules')), ...used));
}

const placeName = ({ module, key }: KeyPlace): string => `${module}.${key}`;
