import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { openLog } from '../../common/log.ts';
import { epochMs, seconds, steadyClock } from '../../common/time.ts';
import type { CallId, LegEvent, LegId } from '../../daemon/call/event.ts';
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
  const { live, lines } = await rigFor(t, () => answers[Math.min(asked++, answers.length - 1)]);
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

t.test('FreeSWITCH is hastened only where a client or a lamp is told of the call', async (t) => {
  let asked = 0;
  const { live, lamps, seen } = await rigFor(t, () => {
    asked += 1;
    return undefined;
  });

  live.note(LEG);
  t.equal(seen.looks, 1, 'it was asked whether anybody listens');
  await eventually('a time far longer than that between two nudges', () => asked > 0);
  t.match(seen, { looks: 1, nudges: 0 });

  seen.isHeard = true;
  live.note(LEG);
  await eventually('a client is told sooner', () => seen.nudges > 0);

  seen.isHeard = false;
  const { looks } = seen;
  await eventually('nobody listens any longer', () => seen.looks > looks);
  const { nudges } = seen;
  const lamp = { kind: 'vaxel', name: anna.extension, domain: anka.domain } as const;
  const watcher = '101-desk@anka.example';
  lamps.asked({
    ...{ kind: 'lamp-asked', at: epochMs(0), lamp, subscription: 's' },
    ...{ watcher, expires: seconds(60) },
  });
  live.note(LEG);
  await eventually('a key is told sooner', () => seen.nudges > nudges);
});

const LEG: LegEvent = {
  kind: 'leg-started',
  ...{ leg: 'a' as LegId, call: 'a' as CallId, at: epochMs(1_000), direction: 'in' },
  ...{ from: { name: '', number: bjorn.extension }, dialled: anna.extension },
  ...{ startedAt: undefined, answeredAt: undefined, markers: {} },
  owner: { user: bjorn.id, device: undefined, role: 'phone' },
};

/** Kept lines beside a FreeSWITCH whose answer to its registrations is `registrations()`. */
async function rigFor(t: Test, registrations: () => string | undefined) {
  const fake = await startFakeFreeSwitch({
    answer: (command) => (command.startsWith('bgapi sofia') ? registrations() : undefined),
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

  const seen = { isHeard: false, looks: 0, nudges: 0 };
  const log = openLog('test', 'silent');
  const lines = createLines(office);
  const lamps = keepLamps({
    ...{ directory: () => office, lines, log, clock: steadyClock, control: () => control },
    ...{ activityOf: () => undefined, isForwarded: () => false },
    ...{ newMessages: async () => 0, parked: async () => undefined },
    orphans: { tell: () => Promise.resolve() },
  });
  const live = keepLines({
    ...{ state, lines, lamps, log, control: () => control },
    nudge: () => {
      seen.nudges += 1;
    },
    isHeard: () => {
      seen.looks += 1;
      return seen.isHeard;
    },
    ...{ orphans: { adopt: async () => [] }, numbers: createNotifyNumbers(), clock: steadyClock },
  });
  t.teardown(() => live.stop());
  return { live, lines, lamps, seen };
}
