import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import SQLite from 'better-sqlite3';
import t from 'tap';
import { migrate } from '../../../common/db/migrate.ts';
import { openDb } from '../../../common/db/open.ts';
import { PHONES_REVISIONS } from '../../../common/db/revision.ts';
import { openRevisionReader } from '../../../common/db/revision-reader.ts';

t.test('a change is seen at the next turn of the event loop', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vaxel-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const file = join(folder, 'vaxel.db');
  const db = openDb(file);
  await migrate(db);
  await db.destroy();
  const other = new SQLite(file);
  const reader = openRevisionReader(file);
  t.teardown(() => {
    reader.close();
    other.close();
  });
  const change = () =>
    other.prepare('update revision set value = value + 1 where name = ?').run(PHONES_REVISIONS[0]);

  const before = reader.read();
  t.equal(change().changes, 1);
  t.equal(reader.read(), before, 'who asks in the same turn asked before it');
  await nextTurn();
  t.equal(reader.read(), before + 1);
});
