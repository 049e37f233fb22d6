import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openLog, standardOutput } from '../../common/log.ts';
import { SECURITY_EVENTS } from '../../common/security.ts';
import { PATIENCE_MS } from '../support/patience.ts';

t.test('a disk without room for the log ends nobody, and every line tries again', async (t) => {
  const full = openSync('/dev/full', 'w');
  const out = standardOutput(full);
  t.teardown(() => {
    out.destroy();
    closeSync(full);
  });
  const log = openLog('test', 'info', out);
  for (const line of ['one', 'two', 'three']) {
    const refused = once(out, 'error', { signal: AbortSignal.timeout(PATIENCE_MS) });
    log.info({}, line);
    t.match(await refused, [{ code: 'ENOSPC' }]);
  }
  t.equal(out.listenerCount('error'), 1, 'an error that nobody listens to is thrown');
});

t.test('docs/logs.md says what a line may have, and quotes what is said', async (t) => {
  const text = readFileSync('docs/logs.md', 'utf8');
  const rows = (part: string) => [...part.matchAll(/^\| `([^`]+)`/gm)].map(([, word = '']) => word);
  const [fields = '', lines = '', security = ''] = text.split(/^## /m);
  const source = readFileSync('common/log.ts', 'utf8');
  const [body = ''] = /interface LogFields \{[^}]*\}/.exec(source) ?? [];
  const known = [...body.matchAll(/^ {2}readonly (\w+)\?:/gm)].map(([, name]) => name);
  t.ok(known.length > 15);
  t.strictSame(rows(fields), known);
  t.strictSame(rows(security).slice(1), SECURITY_EVENTS);
  const said = ['daemon', 'provisioning'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(folder, name), 'utf8')),
  );
  for (const message of rows(lines).slice(1)) {
    t.ok(
      said.some((code) => code.includes(`'${message}'`)),
      message,
    );
  }
});
