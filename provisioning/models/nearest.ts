import { findModel, MODELS, plainName } from './find.ts';
import type { Family, Model, Vendor } from './model.ts';
import type { UserAgent } from './user-agent.ts';

/** The model whose files a phone gets. `known: false`: it is the nearest of the table, and somebody should be told. */
export interface ModelOf {
  readonly model: Model;
  readonly known: boolean;
}

/**
 * The table's model for what a phone says it is; where the table lacks it, the
 * one of the same family with the nearest number, the smaller first: its keys
 * are fewer, and the phone has them all.
 */
export function modelOf({ vendor, model }: Pick<UserAgent, 'vendor' | 'model'>): ModelOf {
  const known = findModel(model);
  if (known?.vendor === vendor) return { model: known, known: true };
  const family = FAMILIES.find(([of, begins]) => of === vendor && begins.test(plainName(model)));
  const wanted = numberOf(model);
  const [nearest] = MODELS.filter((each) => each.vendor === vendor)
    .filter((each) => each.family === (family?.[2] ?? MIDDLE[vendor]))
    .sort((a, b) => distance(a, wanted) - distance(b, wanted) || a.accounts - b.accounts);
  if (nearest === undefined) throw new Error(`no model of ${vendor} in the table`);
  return { model: nearest, known: false };
}

/** A model by its name alone, which may be of no phone we know: total, for phones added under such a name. */
export function modelNamed(name: string): Model {
  return findModel(name) ?? modelOf({ vendor: vendorByName(name), model: name }).model;
}

/** Whose a model is; for one outside the table, by how its name begins. */
export const vendorOfModel = (name: string): Vendor =>
  findModel(name)?.vendor ?? vendorByName(name);

const vendorByName = (name: string): Vendor =>
  /^(poly|vvx|s[ps]ip|trio|edge|ccx|sound)/i.test(name) ? 'Polycom' : 'Yealink';

const distance = (model: Model, wanted: number) => Math.abs(numberOf(model.name) - wanted);

/** 46 of `T46U`; 0 where there is none. */
const numberOf = (model: string): number => Number(/\d{1,5}/.exec(model)?.[0] ?? 0);

/** How names begin, without separators. CCX phones run the software of Edge phones. */
const FAMILIES: readonly (readonly [Model['vendor'], RegExp, Family])[] = [
  ['Yealink', /^t\d/, 'desk'],
  ['Yealink', /^cp/, 'conference'],
  ['Yealink', /^v[cp]/, 'video'],
  ['Yealink', /^ax/, 'wifi'],
  ['Yealink', /^w/, 'dect'],
  ['Polycom', /^spip/, 'soundpoint'],
  ['Polycom', /^ssip/, 'soundstation'],
  ['Polycom', /^trio/, 'trio'],
  ['Polycom', /^(edge|ccx)/, 'edge'],
];

/** For a name that begins like nothing we know. */
const MIDDLE: Readonly<Record<Model['vendor'], Family>> = { Yealink: 'desk', Polycom: 'vvx' };
