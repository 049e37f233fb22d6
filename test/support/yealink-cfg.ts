/**
 * A Yealink configuration file as a phone reads it, and stricter: whatever a
 * phone might take in two ways is refused. Knows nothing of our templates.
 *
 * @returns every parameter; of the passwords, one for each user: `….user_password/admin`
 * @throws {Error} naming the line
 */
export function readYealinkCfg(bytes: Uint8Array): ReadonlyMap<string, string> {
  const lines = readLines(bytes);
  const values = new Map<string, string>();
  for (const [i, line] of lines.entries()) {
    if (line === '' || line.startsWith('#')) continue;
    const { name, value } = PARAMETER.exec(line)?.groups ?? {};
    if (name === undefined || value === undefined) throw new Error(`line ${i + 2}: ${line}`);
    if (value !== value.trim()) throw new Error(`line ${i + 2}: spaces around the value`);
    const key = name.endsWith('.user_password') ? `${name}/${value.split(':')[0] ?? ''}` : name;
    if (values.has(key)) throw new Error(`line ${i + 2}: ${name} a second time`);
    values.set(key, key === name ? value : value.slice(value.indexOf(':') + 1));
  }
  return values;
}

/** A boot file: whether it takes back what is not said, and which files it names. */
export function readYealinkBoot(bytes: Uint8Array): {
  readonly overwrites: boolean;
  readonly files: readonly string[];
} {
  const lines = readLines(bytes).filter((line) => line !== '' && !line.startsWith('#'));
  const mode = lines.filter((line) => /^overwrite_mode = [01]$/.test(line));
  const files = lines.flatMap((line) => /^include:config "?([^" ]+)"?$/.exec(line)?.[1] ?? []);
  if (mode.length > 1 || mode.length + files.length !== lines.length) {
    throw new Error('a line that is neither a mode nor a file');
  }
  return { overwrites: mode[0]?.endsWith('1') ?? false, files };
}

/** After the first. */
function readLines(bytes: Uint8Array): readonly string[] {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  if (!text.startsWith('#!version:1.0.0.1\n')) throw new Error('line 1 is not the version');
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  if (/[^\P{Cc}\n]|[\p{Zl}\p{Zp}\ufeff]/u.test(text)) throw new Error('a control character');
  return text.split('\n').slice(1, -1);
}

const PARAMETER = /^(?<name>[A-Za-z][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)+) = ?(?<value>.*)$/u;
