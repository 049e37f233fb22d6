import type { KeyPlace } from '../phone/phone.ts';
import type { Model } from './model.ts';

/** How many keys of one's own choice a model has. */
export interface KeyLimits {
  /** On the phone itself: line keys, then memory keys. */
  readonly phone: number;
  /** Expansion modules it takes, and the keys of each. */
  readonly modules: number;
  readonly perModule: number;
}

export function keysFor(model: Model): KeyLimits {
  return {
    phone: model.lineKeys + model.memoryKeys,
    modules: model.modules?.count ?? 0,
    perModule: model.modules?.most ?? 0,
  };
}

/** Whether a model has that key. */
export function hasKey(model: Model, { module, key }: KeyPlace): boolean {
  const { phone, modules, perModule } = keysFor(model);
  if (!Number.isInteger(key) || key < 1) return false;
  return module === 0 ? key <= phone : module > 0 && module <= modules && key <= perModule;
}
