import t from 'tap';
import { epochMs } from '../../common/time.ts';
import type { LegId } from '../../daemon/call/event.ts';
import type { Question } from '../../daemon/call/question.ts';
import { personStatusView } from '../../daemon/presence/person-status.ts';
import { createStatusOf } from '../../daemon/presence/status-of.ts';
import type { Activity } from '../../daemon/routing/activity.ts';
import { presentStatus } from '../../daemon/routing/present-status.ts';
import { NOBODY_AWAY } from '../../daemon/routing/presence.ts';
import { route } from '../../daemon/routing/route.ts';
import { anka, anna, bjorn, directoryOf } from '../support/office.ts';
import { worldOf } from '../support/world.ts';

const now = epochMs(1_774_774_800_000);
const absent = [...anka.activities.values()].find(({ key }) => key === 'absent');
if (absent === undefined) throw new Error('no activity to make another of');
const sick: Activity = {
  ...absent,
  names: { sv: 'Sjuk', en: 'Sick' },
  phrases: { sv: 'är sjuk', en: 'is ill' },
  publicPhrases: { sv: 'är inte tillgänglig', en: 'is not available' },
  isPrivate: true,
};
const office = { ...anka, activities: new Map([...anka.activities, [sick.id, sick]]) };
const presence = {
  ...NOBODY_AWAY,
  statuses: new Map([
    [
      anna.id,
      {
        ...{ activity: sick.id, note: '', startedAt: now, endsAt: undefined },
        ...{ source: 'app' as const, setBy: undefined, version: 1 },
      },
    ],
  ]),
};

t.test('N15: what is private is told to nobody, to colleagues neither', async (t) => {
  const world = worldOf(directoryOf(office), { presence });
  const question: Question = {
    leg: '7c0e1d52-0000-4000-8000-000000000001' as LegId,
    from: { kind: 'device', username: '101-desk', domain: 'anka.example' },
    callerNumber: '101',
    callerName: '',
    callerHidden: false,
    dialled: '100',
    again: undefined,
  };
  const { plan } = route(question, world, now);
  t.match(plan, { kind: 'referral', display: 'Frånvarande' });
  t.match(JSON.stringify(plan), /är inte tillgänglig/);
  t.notMatch(JSON.stringify(plan), /sjuk/i);

  const owner = { organisation: office, user: anna };
  const shown = createStatusOf({
    people: () => new Map([[anna.id, owner]]),
    presence: () => presence,
    clock: () => now,
  });
  t.match(shown.view(anna.id), { activity: 'Frånvarande', open: false });
  t.match(shown.lamp(anna.id), { label: 'Frånvarande' });
  t.equal(shown.view(bjorn.id), undefined);

  const status = presentStatus(anna, office, presence, now);
  const told = personStatusView(owner, status, 1, false);
  t.match(told, { activity: 'Frånvarande', number: undefined, open: false });
  t.match(personStatusView(owner, status, 1, true), { activity: 'Sjuk', number: sick.position });
});
