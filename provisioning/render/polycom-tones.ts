import type { PolycomTone } from './polycom-views.ts';

/**
 * Tones by country, of those with one frequency (ITU-T E.180 Supplement 2);
 * Polycom's own are North American, so who calls from here hears a foreign country.
 * For other countries the phone keeps its own.
 */
export const TONES: Readonly<Record<string, readonly PolycomTone[]>> = {
  se: tones({
    ringback: [1000, 5000],
    busyTone: [250, 250],
    reorder: [250, 750],
    callWaiting: [200, 500],
  }),
  no: tones({
    ringback: [1000, 4000],
    busyTone: [500, 500],
    reorder: [200, 200],
    callWaiting: [200, 600],
  }),
  dk: tones({
    ringback: [1000, 4000],
    busyTone: [500, 500],
    reorder: [250, 250],
    callWaiting: [200, 200],
  }),
  fi: tones({
    ringback: [1000, 4000],
    busyTone: [300, 300],
    reorder: [200, 200],
    callWaiting: [150, 150],
  }),
  de: tones({
    ringback: [1000, 4000],
    busyTone: [480, 480],
    reorder: [240, 240],
    callWaiting: [200, 200],
  }),
};

type Cadence = readonly [on: number, off: number];

function tones(cadences: Readonly<Record<Exclude<PolycomTone['name'], 'dialTone'>, Cadence>>) {
  const tone = (name: PolycomTone['name'], [on, off]: Cadence) => ({ name, hertz: 425, on, off });
  return [
    tone('dialTone', [0, 0]),
    tone('ringback', cadences.ringback),
    tone('busyTone', cadences.busyTone),
    tone('reorder', cadences.reorder),
    tone('callWaiting', cadences.callWaiting),
  ];
}
