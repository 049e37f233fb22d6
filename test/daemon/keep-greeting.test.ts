import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openLog } from '../../common/log.ts';
import { epochMs } from '../../common/time.ts';
import type { LegId } from '../../daemon/call/event.ts';
import type { MenuGreeting } from '../../daemon/call/question.ts';
import { carryOut } from '../../daemon/carry-out.ts';
import { loadDirectory } from '../../daemon/directory.ts';
import { layoutOf } from '../../daemon/freeswitch/layout.ts';
import { greetingFiles, takeFile } from '../../daemon/greeting-files.ts';
import { openPresence } from '../../daemon/presence-store.ts';
import { encodeWav, readWav } from '../../daemon/voice/wav.ts';
import { ANKA, ANNA, vaxel } from '../support/command-line.ts';

const quiet = openLog('test', 'silent');
const now = epochMs(Date.parse('2026-03-31T11:04:00Z'));
const LEG = '7c0e1d52-0000-4000-8000-000000000001' as LegId;

t.test('what was recorded is kept in place of what there was, or not at all', async (t) => {
  const state = t.testdir({});
  const { call, open } = vaxel(state);
  await call(ANKA);
  await call(ANNA);
  const db = open();
  t.teardown(() => db.destroy());
  const layout = layoutOf(state);
  const presence = await openPresence(db, quiet);
  const deps = {
    ...{ db, presence, greetings: greetingFiles(layout), log: quiet },
    clock: () => now,
  };
  const owner = async () => {
    const organisation = (await loadDirectory(db)).organisations.get('anka.example');
    const [user] = organisation?.users.values() ?? [];
    if (organisation === undefined || user === undefined) throw new Error('no Anna');
    return { organisation, user };
  };
  const record = (seconds: number) => {
    mkdirSync(layout.takes, { recursive: true });
    const samples = Int16Array.from({ length: seconds * 48_000 }, (_, n) => 8_000 * Math.sin(n));
    writeFileSync(takeFile(layout.takes, LEG), encodeWav({ rate: 48_000, samples }));
  };
  const keep = async (greeting: MenuGreeting) => {
    const { organisation, user } = await owner();
    const replaces = (user.greetings ?? []).map(({ id }) => id);
    return carryOut(
      { kind: 'keep-greeting', organisation, user, take: LEG, greeting, replaces },
      deps,
    );
  };
  const kept = async () => (await owner()).user.greetings ?? [];
  const files = () => readdirSync(layout.greetings).sort();

  t.equal(await keep({ occasion: 'busy' }), false, 'nothing was recorded');
  record(0.1);
  t.equal(await keep({ occasion: 'busy' }), false, 'nor anything one could hear');
  t.strictSame(await kept(), []);
  t.notOk(existsSync(layout.greetings));

  record(2);
  t.equal(await keep({ occasion: 'busy' }), true);
  const [first] = await kept();
  t.match(first, { for: { kind: 'busy' }, endsAt: undefined });
  t.strictSame(files(), [`${first?.id ?? ''}.wav`]);
  t.equal(readWav(readFileSync(join(layout.greetings, files()[0] ?? '')))?.rate, 16_000);

  const ended = { occasion: 'always', endsAt: epochMs(now - 1) } as const;
  t.equal(await keep(ended), false, 'an end that has been');
  t.strictSame(
    (await kept()).map(({ id }) => id),
    [first?.id],
    'and what there was stays',
  );

  record(121.5);
  t.equal(await keep({ occasion: 'busy' }), true, 'who talks until two minutes are over, is kept');
  record(2);
  const endsAt = epochMs(now + 3_600_000);
  t.equal(await keep({ occasion: 'always', endsAt }), true);
  t.match(await kept(), [{ for: { kind: 'always' }, endsAt }]);
  t.equal(files().length, 1, 'the one it replaces is gone, with its file');

  const { organisation, user } = await owner();
  const ids = (await kept()).map(({ id }) => id);
  t.equal(await carryOut({ kind: 'remove-greetings', organisation, user, ids }, deps), true);
  t.strictSame(await kept(), []);
  t.strictSame(files(), []);
});
