import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { openLog } from '../../common/log.ts';
import { steadyClock } from '../../common/time.ts';
import { connectEsl } from '../../daemon/esl/connection.ts';
import { createNotifyNumbers } from '../../daemon/canary/notify-numbers.ts';
import { keepLines } from '../../daemon/keep-lines.ts';
import { keepLamps } from '../../daemon/lamps/keep-lamps.ts';
import { createLines } from '../../daemon/lines/lines.ts';
import { eventually } from '../support/eventually.ts';
import { startFakeFreeSwitch } from '../support/fake-freeswitch.ts';
import { anna, anka, bjorn, office } from '../support/office.ts';

t.test('a FreeSWITCH that is still starting has not lost its registrations', async (t) => {
  const [device] = anna.devices.flatMap((each) => (each.kind === 'mobile' ? [] : [each]));
  const registered = `<profile>\n  <registrations>\n    <registration>
    <user>${device?.username ?? ''}@${anka.domain}</user>\n  </registration>\n  </registrations>\n</profile>\n`;
  const answers = [
    registered,
    'Invalid Profile!\n',
    registered.replaceAll('registration>', 'gone>'),
  ];
  let asked = 0;
  const fake = await startFakeFreeSwitch({
    answer: (command) =>
      command.startsWith('bgapi sofia')
        ? answers[Math.min(asked++, answers.length - 1)]
        : undefined,
  });
  t.teardown(() => fake.stop());
  const control = await connectEsl({ host: '127.0.0.1', port: fake.port, password: 'office' });
  t.teardown(() => {
    control.close();
  });
  const state = mkdtempSync(join(tmpdir(), 'vaxel-'));
  t.teardown(() => {
    rmSync(state, { recursive: true, force: true });
  });

  const log = openLog('test', 'silent');
  const lines = createLines(office);
  const lamps = keepLamps({
    ...{ directory: () => office, lines, log, clock: steadyClock, control: () => control },
    ...{ activityOf: () => undefined, isForwarded: () => false },
    ...{ newMessages: async () => 0, parked: async () => undefined },
    orphans: { tell: () => Promise.resolve() },
  });
  const live = keepLines({
    ...{
      state,
      lines,
      lamps,
      log,
      control: () => control,
      nudge: () => undefined,
      isHeard: () => false,
    },
    ...{ orphans: { adopt: async () => [] }, numbers: createNotifyNumbers(), clock: steadyClock },
  });
  t.teardown(() => live.stop());
  const none = { coreUuid: 'core-2', version: '1.10.12', restarted: true, legs: [], bridges: [] };
  const reach = () => lines.current().get(anna.id)?.reach;

  live.restart(none);
  await eventually('registration', () => reach() === 'reachable');
  t.equal(asked, 1);
  live.restart(none);
  await eventually('the answer without a profile', () => asked === 2);
  t.equal(reach(), 'reachable', 'nothing is known yet, and nothing is told');
  await eventually('another question', () => asked === 3);
  t.equal(lines.current().get(bjorn.id)?.reach, 'unreachable');
});
