import type { Model } from './model.ts';
import { POLYCOM } from './polycom.ts';
import { YEALINK } from './yealink.ts';

/** Every model there is a file for. */
export const MODELS: readonly Model[] = [...YEALINK, ...POLYCOM];

/** A model by its name in any spelling: `VVX 450`, `vvx_450`, `SoundPoint IP 550`, `SIP-T46U`. */
export function findModel(name: string): Model | undefined {
  const plain = plainName(name);
  return BY_NAME.get(ALIASES[plain] ?? plain);
}

/** Lower case, without separators or the words vendors put before a model. */
export function plainName(name: string): string {
  return name
    .slice(0, 60)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .replace(/^(yealink|polycom|poly)/, '')
    .replace(/^soundpointip/, 'spip')
    .replace(/^soundstationip/, 'ssip')
    .replace(/^(realpresence|sip)(?=[tcvwe])/, '');
}

/** Names under which phones of the table also go: the same hardware, or another half of the same set. */
const ALIASES: Readonly<Record<string, string>> = {
  t19p: 't19pe2',
  t19e2: 't19pe2',
  t21p: 't21pe2',
  t21e2: 't21pe2',
  t58: 't58a',
  vpt49g: 't49g',
  vp530: 'vp530p',
  w75b: 'w75dm',
  w80b: 'w80dm',
  w90b: 'w90dm',
};

const BY_NAME: ReadonlyMap<string, Model> = new Map(
  MODELS.map((model) => [plainName(model.name), model]),
);
