import type { Model } from '../models/model.ts';

/** How a generation of Yealink firmware spells what others spell differently. */
export interface YealinkGeneration {
  /** The second number of a version: 86 of `108.86.0.90`. */
  readonly since: number;
  /** Before parameters that hold through a factory reset. */
  readonly fixed: '' | 'static.';
  /** Before the languages of display and web page. */
  readonly language: 'lang' | 'static.lang';
  /** Whether servers and proxies are numbered, with a transport each; else an account has one of both. */
  readonly numberedServers: boolean;
  /** The parameter of a BLF key that says what picks the call up. */
  readonly pickup: 'pickup_value' | 'extension';
  /** What keeps step with the server: the phone, or each account. */
  readonly sync: 'phone' | 'account';
}

/**
 * The generation of the firmware a phone said it runs, else of the newest its
 * model is known to have: a new phone comes with that, or is about to.
 */
export function yealinkGeneration(model: Model, firmware: string | undefined): YealinkGeneration {
  const branch = branchOf(firmware) ?? branchOf(model.firmware?.[1]) ?? Infinity;
  return GENERATIONS.find(({ since }) => since <= branch) ?? OLDEST;
}

const branchOf = (firmware: string | undefined): number | undefined => {
  const branch = /^\d+\.(\d+)\./.exec(firmware ?? '')?.[1];
  return branch === undefined ? undefined : Number(branch);
};

const OLDEST: YealinkGeneration = {
  since: 0,
  fixed: '',
  language: 'lang',
  numberedServers: false,
  pickup: 'pickup_value',
  sync: 'phone',
};
const V80: YealinkGeneration = { ...OLDEST, since: 80, numberedServers: true };
const V81: YealinkGeneration = { ...V80, since: 81, fixed: 'static.', language: 'static.lang' };
const V83: YealinkGeneration = { ...V81, since: 83, language: 'lang', pickup: 'extension' };
const V84: YealinkGeneration = { ...V83, since: 84, sync: 'account' };

/** The newest first. */
const GENERATIONS: readonly YealinkGeneration[] = [V84, V83, V81, V80, OLDEST];
