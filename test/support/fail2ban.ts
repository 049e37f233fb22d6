import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'tap';

/**
 * The addresses that a filter of ours finds in these lines, by its own expressions;
 * where fail2ban is installed, by fail2ban-regex too, which has to find the same.
 *
 * @param folder - where the lines may be written down.
 */
export function foundBy(t: Test, filter: string, lines: readonly string[], folder: string) {
  const file = join('fail2ban', 'filter.d', `${filter}.conf`);
  const found = lines.flatMap((line) => {
    const hits = expressionsOf(readFileSync(file, 'utf8')).map((one) => one.exec(line));
    return hits.flatMap((hit) => hit?.groups?.['host'] ?? []);
  });
  const log = join(folder, `${filter}.log`);
  writeFileSync(log, `${lines.join('\n')}\n`);
  const { stdout, error } = spawnSync('fail2ban-regex', ['--out', 'ip', log, file], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  if (error === undefined) {
    t.strictSame(stdout.split('\n').filter(Boolean), found, 'fail2ban-regex finds the same');
  } else {
    t.comment('no fail2ban-regex: its filters were tried by themselves');
  }
  return found;
}

/** What stands after `failregex =`, one on each line, with fail2ban's name for an address spelled out. */
function expressionsOf(conf: string): readonly RegExp[] {
  const [, text = ''] = /^failregex = (.*(?:\n +.*)*)/m.exec(conf) ?? [];
  return text
    .split('\n')
    .map((line) => new RegExp(line.trim().replace('<HOST>', '(?<host>[0-9a-f.:]+)')));
}
