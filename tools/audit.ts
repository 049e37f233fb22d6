import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { REVIEWED_ADVISORIES, type ReviewedAdvisory } from './reviewed.ts';

/** What is known against our dependencies, as far as anybody could be asked. */
export type Audit =
  /** The registry did not say: nothing is known, and nothing is wrong. */
  | { readonly kind: 'unanswered'; readonly why: string }
  | {
      readonly kind: 'answered';
      /** A line for each advisory that nobody has looked at, or whose time is over. */
      readonly open: readonly string[];
      /** Reviews of what nobody warns of any more. */
      readonly needless: readonly string[];
    };

/**
 * @param output - of `npm audit --json`.
 * @param today - `2026-11-24`.
 */
export function readAudit(
  output: string,
  reviewed: Readonly<Record<string, ReviewedAdvisory>>,
  today: string,
): Audit {
  const report = readJson(output);
  const { vulnerabilities } = report;
  if (typeof vulnerabilities !== 'object' || vulnerabilities === null) {
    const { message } = report;
    return { kind: 'unanswered', why: typeof message === 'string' ? message : 'no report' };
  }
  const found = new Map<string, string>();
  for (const one of Object.values(vulnerabilities) as readonly { readonly via?: unknown }[]) {
    // What is vulnerable through another package names that package alone.
    for (const via of Array.isArray(one.via) ? (one.via as readonly unknown[]) : []) {
      if (!isAdvisory(via)) continue;
      const id = via.url.slice(via.url.lastIndexOf('/') + 1);
      found.set(id, `${id} ${via.name} ${via.range}: ${via.severity}, ${via.title}`);
    }
  }
  const isOpen = (id: string): boolean => (reviewed[id]?.until ?? '') < today;
  return {
    kind: 'answered',
    open: [...found].filter(([id]) => isOpen(id)).map(([, line]) => line),
    needless: Object.keys(reviewed).filter((id) => !found.has(id)),
  };
}

interface Advisory {
  readonly name: string;
  readonly url: string;
  readonly title: string;
  readonly severity: string;
  readonly range: string;
}

const isAdvisory = (value: unknown): value is Advisory =>
  typeof value === 'object' && value !== null && 'url' in value && typeof value.url === 'string';

function readJson(text: string): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null ? { ...json } : {};
  } catch {
    return {};
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const output = await new Promise<string>((resolve) => {
    execFile('npm', ['audit', '--json'], { timeout: 60_000 }, (_, stdout) => {
      resolve(stdout);
    });
  });
  const today = new Date().toISOString().slice(0, 10);
  const audit = readAudit(output, REVIEWED_ADVISORIES, today);
  if (audit.kind === 'unanswered')
    console.log(`not audited, the registry does not answer: ${audit.why}`);
  else {
    for (const line of audit.open) console.log(line);
    for (const id of audit.needless)
      console.log(`${id} is reviewed, and nobody warns of it any more`);
    console.log(`${audit.open.length} advisories that nobody has looked at`);
    process.exitCode = audit.open.length > 0 ? 1 : 0;
  }
}
