import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { ALLOWED_LICENCES, REVIEWED_LICENCES } from './reviewed.ts';

/** A package of package-lock.json, and what it may be used under. */
export interface LicensedPackage {
  readonly name: string;
  readonly version: string;
  /** As package.json says it, an SPDX expression. */
  readonly licence: string;
  /** Whether it is there for building and testing alone. */
  readonly isForDevelopment: boolean;
  /** Why it may not be used; undefined where it may. */
  readonly refused: string | undefined;
}

/** @param lock - package-lock.json, version 3. */
export function licensedPackages(lock: LockFile): readonly LicensedPackage[] {
  return Object.entries(lock.packages)
    .filter(([path]) => path !== '')
    .map(([path, { version = '', license, dev = false }]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      const reviewed = REVIEWED_LICENCES[name];
      const licence = license ?? NONE_SAID;
      const isReviewed = reviewed?.licence === licence;
      const refused =
        isReviewed || isAllowed(licence)
          ? undefined
          : `${licence} is not on the list of tools/reviewed.ts`;
      return { name, version, licence, isForDevelopment: dev, refused };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

export interface LockFile {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly license?: string; readonly dev?: boolean }>
  >;
}

const NONE_SAID = 'none said';

/** Of `A OR B` one is enough, of `A AND B` both are needed (SPDX 2.3, annex D); nothing deeper is understood. */
export function isAllowed(expression: string): boolean {
  const words = expression.replaceAll(/^\(|\)$/g, '');
  return words
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((licence) => ALLOWED_LICENCES.includes(licence)));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as LockFile;
  const packages = licensedPackages(lock);
  for (const { name, version, licence, isForDevelopment, refused } of packages) {
    const use = isForDevelopment ? 'development' : 'shipped';
    console.log(
      [name, version, licence, use, ...(refused ? [`REFUSED: ${refused}`] : [])].join('\t'),
    );
  }
  process.exitCode = packages.some(({ refused }) => refused !== undefined) ? 1 : 0;
}
