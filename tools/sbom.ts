import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { licensedPackages, type LockFile } from './licences.ts';

/** The part of CycloneDX 1.5 that we look into; all else is handed on as it is. */
export interface Bill {
  readonly bomFormat: string;
  readonly components: readonly { readonly 'bom-ref': string; readonly purl: string }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/** What npm lists of package-lock.json: what is shipped and what is for development. */
export async function wholeBill(): Promise<Bill> {
  const args = ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx'];
  const { stdout } = await promisify(execFile)('npm', args, { maxBuffer: 64_000_000 });
  return JSON.parse(stdout) as Bill;
}

/**
 * The same without what is for development alone. `npm sbom --omit dev` leaves out
 * what is shipped as well where a package for development uses it too (npm 11.19).
 */
export function shippedBill(bill: Bill, lock: LockFile): Bill {
  const shipped = new Set(
    licensedPackages(lock)
      .filter(({ isForDevelopment }) => !isForDevelopment)
      .map(({ name, version }) => `pkg:npm/${name.replace('@', '%40')}@${version}`),
  );
  const gone = new Set(
    bill.components.filter(({ purl }) => !shipped.has(purl)).map((one) => one['bom-ref']),
  );
  return {
    ...bill,
    components: bill.components.filter((one) => !gone.has(one['bom-ref'])),
    dependencies: bill.dependencies
      .filter(({ ref }) => !gone.has(ref))
      .map((one) => ({ ...one, dependsOn: one.dependsOn.filter((ref) => !gone.has(ref)) })),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as LockFile;
  console.log(JSON.stringify(shippedBill(await wholeBill(), lock), undefined, 2));
}
