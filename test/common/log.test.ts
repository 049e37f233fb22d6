import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import t from 'tap';
import { openLog, standardOutput } from '../../common/log.ts';
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
