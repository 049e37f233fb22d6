import type { Model } from '../models/model.ts';
import type { Codec } from '../settings/forms.ts';

/** How a generation of Polycom's software spells what others spell differently. */
export interface PolycomGeneration {
  /** The first number of a version: 5 of `5.9.7.4477`. */
  readonly since: number;
  /** Whether each line key can be given a place (`lineKey.reassignment`). */
  readonly places: boolean;
  /** Whether a line key can hold a macro (`feature.EFKLineKey`); else it is a speed dial of the directory. */
  readonly macros: boolean;
  /** The name of each codec in `voice.codecPref`; those it lacks are not here. */
  readonly codecs: Readonly<Partial<Record<Codec, string>>>;
}

/** Of the software a phone said it runs, else of the newest its model is known to have. */
export function polycomGeneration(model: Model, firmware: string | undefined): PolycomGeneration {
  const major = majorOf(firmware) ?? majorOf(model.firmware?.[1]) ?? Infinity;
  return GENERATIONS.find(({ since }) => since <= major) ?? SIP3;
}

const majorOf = (firmware: string | undefined): number | undefined => {
  const major = /^(\d+)\./.exec(firmware ?? '')?.[1];
  return major === undefined ? undefined : Number(major);
};

/** SIP 3.x, the last of SoundPoint IP 301 to 601. */
const SIP3: PolycomGeneration = {
  since: 0,
  places: false,
  macros: false,
  codecs: { pcma: 'G711A', pcmu: 'G711Mu', g722: 'G722', g729: 'G729AB', ilbc: 'iLBC.13_33kbps' },
};
/** UC Software. */
const UCS4: PolycomGeneration = {
  since: 4,
  places: true,
  macros: false,
  codecs: {
    pcma: 'G711_A',
    pcmu: 'G711_Mu',
    g722: 'G722',
    g729: 'G729_AB',
    ilbc: 'iLBC.13_33kbps',
  },
};
const UCS5: PolycomGeneration = {
  ...UCS4,
  since: 5,
  macros: true,
  codecs: { ...UCS4.codecs, opus: 'Opus' },
};

const GENERATIONS: readonly PolycomGeneration[] = [UCS5, UCS4, SIP3];
