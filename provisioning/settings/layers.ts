import { CATALOGUE, SETTING_NAMES } from './catalogue.ts';

/** From the widest to the narrowest; the narrower wins. */
export const LAYERS = ['organisation', 'site', 'model', 'phone', 'line'] as const;
export type LayerName = (typeof LAYERS)[number];

/** What one layer says. */
export interface Layer {
  readonly name: LayerName;
  readonly settings: ReadonlyMap<string, string>;
  readonly vendorKeys: ReadonlyMap<string, string>;
}

/** A value, and why it holds. */
export interface Resolved {
  readonly value: string;
  readonly from: LayerName | 'default';
  /** What wider layers said, the nearest first. */
  readonly hides: readonly { readonly from: LayerName | 'default'; readonly value: string }[];
}

export interface ResolvedSettings {
  /** Every setting of the catalogue. */
  readonly settings: ReadonlyMap<string, Resolved>;
  /** Every vendor key that some layer says. */
  readonly vendorKeys: ReadonlyMap<string, Resolved>;
}

/** Settles what holds where several layers speak. The order they are given in does not matter. */
export function resolveSettings(layers: readonly Layer[]): ResolvedSettings {
  const narrowFirst = [...layers].sort((a, b) => LAYERS.indexOf(b.name) - LAYERS.indexOf(a.name));
  const settings = new Map<string, Resolved>();
  for (const name of SETTING_NAMES) {
    const said = narrowFirst.flatMap((layer) => saidBy(layer.name, layer.settings.get(name)));
    const [first, ...rest] = [
      ...said,
      { from: 'default', value: CATALOGUE[name].default } as const,
    ];
    settings.set(name, { ...first, hides: rest });
  }
  const vendorKeys = new Map<string, Resolved>();
  for (const name of [...new Set(layers.flatMap((layer) => [...layer.vendorKeys.keys()]))].sort()) {
    const said = narrowFirst.flatMap((layer) => saidBy(layer.name, layer.vendorKeys.get(name)));
    const [first, ...rest] = said;
    if (first !== undefined) vendorKeys.set(name, { ...first, hides: rest });
  }
  return { settings, vendorKeys };
}

function saidBy(from: LayerName, value: string | undefined) {
  return value === undefined ? [] : [{ from, value }];
}

/** The bare values that hold, without their reasons: of what no layer says, nothing. */
export function valuesOf(
  layers: readonly Layer[],
  kind: 'settings' | 'vendorKeys',
): ReadonlyMap<string, string> {
  const wideFirst = [...layers].sort((a, b) => LAYERS.indexOf(a.name) - LAYERS.indexOf(b.name));
  return new Map(wideFirst.flatMap((layer) => [...layer[kind]]));
}
