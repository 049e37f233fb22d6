/** SPDX names. Each lets us use, change and hand on, and asks for no more than its text and our thanks. */
export const ALLOWED_LICENCES: readonly string[] = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Python-2.0',
];

/** Packages that somebody has looked at, by name: what package.json says they may be used under, and why that will do. */
export const REVIEWED_LICENCES: Readonly<
  Record<string, { readonly licence: string; readonly why: string }>
> = {
  '@echogarden/espeak-ng-emscripten': {
    licence: 'GPL-3.0',
    why: 'an optional dependency, run as a program of its own (docs/decisions/005)',
  },
  modesl: {
    licence: 'none said',
    why: 'MPL-2.0 in its file LICENSE, not in package.json; its files are used unchanged',
  },
  'jsonc-simple-parser': {
    licence: 'none said',
    why: 'MIT in its file `license`, not in package.json; for development alone',
  },
  'date-holidays': {
    licence: '(ISC AND CC-BY-3.0)',
    why: 'its table of days is CC-BY-3.0; compared with ours in a test, for development alone',
  },
  argparse: {
    licence: 'PSF-2.0',
    why: 'Python-2.0 by its newer name, asks for no more; for development alone',
  },
  prepin: {
    licence: 'Unlicense',
    why: 'public domain; for development alone',
  },
  'spdx-exceptions': { licence: 'CC-BY-3.0', why: 'a list of names, for development alone' },
};

/** Advisories that do not concern us, by their GitHub name; each is looked at again when its time is over. */
export const REVIEWED_ADVISORIES: Readonly<Record<string, ReviewedAdvisory>> = {};

export interface ReviewedAdvisory {
  readonly why: string;
  /** A day: `2027-03-01`. */
  readonly until: string;
}
