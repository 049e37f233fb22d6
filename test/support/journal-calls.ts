import { openLog } from '../../common/log.ts';
import type { E164 } from '../../common/phone-number.ts';
import { epochMs } from '../../common/time.ts';
import { keepCallsNow } from '../../daemon/calls-now.ts';
import type { CallId, LegEvent, LegFacts, LegId } from '../../daemon/call/event.ts';
import type { Question } from '../../daemon/call/question.ts';
import { openJournal } from '../../daemon/journal/journal.ts';
import { journalled } from '../../daemon/journal/journalled.ts';
import { contactKey } from '../../daemon/routing/contacts.ts';
import { NOBODY_AWAY, type Presence } from '../../daemon/routing/presence.ts';
import { route } from '../../daemon/routing/route.ts';
import type { World } from '../../daemon/routing/world.ts';
import { anka, office } from './office.ts';

const now = epochMs(Date.parse('2026-03-31T11:04:00Z'));

/**
 * Two worlds and every kind of caller, to everybody, with what happens to calls in between.
 * `test/journals/office.jsonl` was made by it: whoever means to change decisions makes it anew.
 */
export async function recordCalls(
  folder: string,
  more: { readonly fileBytes?: number; readonly files?: number } = {},
): Promise<void> {
  let tick = now;
  const clock = () => (tick = epochMs(tick + 1_000));
  const journal = openJournal({
    folder,
    state: () => ({ legs: lines.legsState(), spent: spent.state() }),
    version: '0.0.0-test',
    clock,
    log: openLog('test', 'silent'),
    ...more,
  });
  const { lines, spent } = journalled(office, [], journal);
  const calls = keepCallsNow(lines);
  const hear = (event: LegEvent) => {
    lines.note(event);
    if (event.kind === 'leg-ended') spent.legEnded(event.leg);
  };
  const life = (leg: string, more: Partial<LegFacts> = {}) => factsOf(leg, more);
  const annas = { user: 'u-100', device: undefined, role: 'phone' } as const;
  const bjorns = { ...annas, user: 'u-101' };

  hear({ kind: 'leg-started', ...life('c-1') });
  hear({
    kind: 'leg-ringing',
    media: false,
    ...life('l-1', { call: 'c-1' as CallId, direction: 'out', owner: annas }),
  });
  hear({ kind: 'leg-answered', ...life('b-1', { owner: bjorns }) });
  for (const presence of [NOBODY_AWAY, lunchWorld().presence]) {
    for (const from of ['+46701111111', '+46702222222']) {
      for (const dialled of ['+46812345600', '+46812345601', '+46812345699']) {
        note(questionOf({ kind: 'trunk', address: '192.0.2.1' }, from, dialled), presence);
      }
    }
    const mobile = { by: ['070-123 45 67'], times: 1 };
    const trunk = { kind: 'trunk', address: '192.0.2.1' } as const;
    note({ ...questionOf(trunk, '+46701111111', '+46812345600'), diverted: mobile }, presence);
    for (const dialled of [
      '*31#0701234567',
      '100',
      '0701234567',
      '*98',
      '*23*1*1300#',
      '*21*101#',
      '199',
      '101',
      '#23#',
      '**100',
      '**101',
    ]) {
      const side = { kind: 'device', username: '101-desk', domain: 'anka.example' } as const;
      note(questionOf(side, '101', dialled), presence);
      const class_ = 'domestic' as const;
      const payer = { user: 'u-101', organisation: 'o-anka', class: class_ };
      if (dialled === '0701234567') spent.left({ leg: 'b-2' as LegId, at: now, payer });
      if (dialled === '199') hear({ kind: 'leg-answered', ...life('b-2', { owner: bjorns }) });
      if (dialled === '#23#') {
        hear({
          kind: 'leg-answered',
          ...life('l-1', { call: 'c-1' as CallId, direction: 'out', owner: annas }),
        });
        hear({ kind: 'leg-bridged', with: 'l-1' as LegId, ...life('c-1') });
      }
    }
    hear({ kind: 'leg-ended', cause: 'NORMAL_CLEARING', ...life('b-1', { owner: bjorns }) });
    hear({ kind: 'leg-ended', cause: 'NORMAL_CLEARING', ...life('b-2', { owner: bjorns }) });
    const ringing = life('l-2', { call: 'c-2' as CallId, direction: 'out', owner: annas });
    lines.restart({
      legs: [
        { ...life('c-2'), state: 'started' },
        { ...ringing, state: 'ringing' },
      ],
      bridges: [],
    });
    lines.renew(office);
  }
  await journal.close();

  function note(question: Question, presence: Presence): void {
    const at = clock();
    const world = { ...lunchWorld(), presence, calls: calls(), spent: spent.at(at) };
    journal.note(question, world, at, route(question, world, at));
  }
}

const factsOf = (leg: string, more: Partial<LegFacts>): LegFacts => ({
  leg: leg as LegId,
  call: leg as CallId,
  at: now,
  direction: 'in',
  from: { name: '', number: '' },
  dialled: '',
  startedAt: now,
  answeredAt: undefined,
  owner: undefined,
  markers: { secret: 'told-nobody' },
  ...more,
});

function questionOf(from: Question['from'], callerNumber: string, dialled: string): Question {
  return {
    leg: '7c0e1d52-0000-4000-8000-000000000001' as LegId,
    ...{ from, callerNumber, callerName: '', callerHidden: false, dialled, again: undefined },
  };
}

export function lunchWorld(): World {
  const lunch = [...anka.activities.values()].find(({ key }) => key === 'lunch');
  if (lunch === undefined) throw new Error('no lunch');
  const status = {
    ...{ activity: lunch.id, note: '', startedAt: now, endsAt: epochMs(now + 1_800_000) },
    ...{ source: 'app' as const, setBy: undefined, version: 1 },
  };
  const vip = {
    ...{ id: 'c-1', name: 'Eva Lund', company: '', favourite: false, vip: true, blocked: false },
  };
  return {
    directory: office,
    presence: { ...NOBODY_AWAY, revision: 2, statuses: new Map([['u-100', status]]) },
    contacts: {
      revision: 1,
      personal: new Map([[contactKey('u-100', '+46702222222' as E164), vip]]),
      shared: new Map(),
    },
    locks: new Map([['u-101', now]]),
    calls: new Map([
      ['u-100', { busy: 0, ringing: { caller: 'c-1' as LegId, legs: ['l-1' as LegId] } }],
      ['u-101', { busy: 1 }],
    ]),
    spent: new Map([['u-102', { live: 10, began: { domestic: [], abroad: [now], premium: [] } }]]),
  };
}
