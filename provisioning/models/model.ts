/** Poly is Polycom under its later name: the same files, the same parameters. */
export type Vendor = 'Yealink' | 'Polycom';

/** Models whose files differ in nothing but numbers and what their firmware's generation says. */
export type Family =
  | 'desk'
  | 'conference'
  | 'video'
  | 'wifi'
  | 'dect'
  | 'soundpoint'
  | 'soundstation'
  | 'vvx'
  | 'trio'
  | 'edge';

/** A kind of phone, and what it can hold. */
export interface Model {
  /** As its vendor writes it, without the vendor: `T46U`, `VVX 450`. */
  readonly name: string;
  readonly vendor: Vendor;
  readonly family: Family;
  /** SIP registrations at once; of a DECT base, those of all its handsets. */
  readonly accounts: number;
  /** On all pages of the phone itself. */
  readonly lineKeys: number;
  /** Beside the line keys on some old phones; their keys are numbered after the line keys. */
  readonly memoryKeys: number;
  readonly modules: Modules | undefined;
  /** The NN of `y0000000000NN.cfg`; undefined where no source tells, and for Polycom, which has none. */
  readonly commonFile: number | undefined;
  /** Oldest and newest that are known of. */
  readonly firmware: readonly [oldest: string, newest: string] | undefined;
  /** Whether its display takes a picture rather than a two-colour logo. */
  readonly colour: boolean;
  /** Counts the line of a BLF key from 0, alone among its kind. */
  readonly blfCountsFromZero: boolean;
  /** A DECT manager of several bases, whose accounts name a server template. */
  readonly multicell: boolean;
}

/** Expansion modules of one kind. */
export interface Modules {
  readonly name: string;
  /** On all pages of one module. */
  readonly keys: number;
  /** Of the larger of two that look alike to a sysadmin's list; `keys` where there is but one. */
  readonly most: number;
  /** As many as the phone takes. */
  readonly count: number;
}

/** What a row of the table says; the rest is none. */
export interface ModelFacts {
  readonly accounts: number;
  readonly lineKeys?: number;
  readonly memoryKeys?: number;
  readonly modules?: Modules;
  readonly common?: number;
  readonly firmware?: readonly [oldest: string, newest: string];
  readonly colour?: boolean;
  readonly blfCountsFromZero?: boolean;
  readonly multicell?: boolean;
}

/** A row's maker for one family: `desk('T46U', { accounts: 16, lineKeys: 27 })`. */
export function rowsOf(vendor: Vendor, family: Family) {
  return (name: string, facts: ModelFacts): Model => ({
    name,
    vendor,
    family,
    accounts: facts.accounts,
    lineKeys: facts.lineKeys ?? 0,
    memoryKeys: facts.memoryKeys ?? 0,
    modules: facts.modules,
    commonFile: facts.common,
    firmware: facts.firmware,
    colour: facts.colour ?? false,
    blfCountsFromZero: facts.blfCountsFromZero ?? false,
    multicell: facts.multicell ?? false,
  });
}
