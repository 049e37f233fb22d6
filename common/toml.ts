import { parse, TomlError } from 'smol-toml';

export interface TomlFile {
  readonly values: Record<string, unknown>;
  /** Which line said it, from 1: `ports.sip` → 7. */
  readonly lineOf: (path: string) => number | undefined;
}

/** @returns the file, or where it cannot be read and why. */
export function readToml(text: string): TomlFile | { readonly line: number; readonly why: string } {
  try {
    const lines = linesOf(text);
    return { values: parse(text), lineOf: (path) => lines.get(path) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const why = error.message.split('\n')[0] ?? 'not TOML';
    return { line: error.line, why };
  }
}

/** The parser keeps no positions; ours is a flat file, so its lines are easily told. */
function linesOf(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  let table = '';
  for (const [index, line] of text.split('\n').entries()) {
    const header = /^\s*\[\s*([\w.-]+)\s*\]/.exec(line)?.[1];
    if (header !== undefined) {
      table = `${header}.`;
      lines.set(header, index + 1);
    }
    const key = /^\s*["']?([\w.-]+)["']?\s*=/.exec(line)?.[1];
    if (key !== undefined) lines.set(table + key, index + 1);
  }
  return lines;
}
