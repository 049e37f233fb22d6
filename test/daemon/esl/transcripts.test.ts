import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { ExchangeEvent, LegEvent } from '../../../daemon/call/event.ts';
import { readEvent } from '../../../daemon/esl/adapter.ts';
import { parseTranscript } from '../../support/transcript.ts';

const FOLDER = 'test/transcripts';

function replay(name: string): readonly ExchangeEvent[] {
  const steps = parseTranscript(readFileSync(join(FOLDER, name), 'utf8'));
  return steps.flatMap((step) => {
    const event = step.from === 'freeswitch' ? readEvent(step.event) : undefined;
    if (event === undefined || event.kind === 'ignored') throw new Error(`unread in ${name}`);
    return [event];
  });
}

const isOfLeg = (event: ExchangeEvent): event is LegEvent => event.kind.startsWith('leg-');

/** What became of each leg, in the order they began: `in started answered …`. */
function lives(events: readonly ExchangeEvent[]): readonly string[] {
  const told = new Map<string, string>();
  for (const event of events.filter(isOfLeg)) {
    const before = told.get(event.leg) ?? event.direction;
    const cause = event.kind === 'leg-ended' ? ` ${event.cause}` : '';
    told.set(event.leg, `${before} ${event.kind.slice('leg-'.length)}${cause}`);
  }
  return [...told.values()];
}

for (const name of readdirSync(FOLDER)) {
  t.test(`every event of ${name} is read`, async (t) => {
    t.ok(replay(name).length > 5);
  });
}

t.test('a fork: one leg answers, the other lost the race, all belong to one call', async (t) => {
  const events = replay('fork-answered.esl');
  const legs = events.filter(isOfLeg);
  t.equal(new Set(legs.map(({ leg }) => leg)).size, 3);
  // Once parted, a leg counts as a call of its own.
  const together = legs.filter(({ kind }) => kind !== 'leg-ended');
  t.equal(new Set(together.map(({ call }) => call)).size, 1);
  t.equal(new Set(legs.flatMap(({ markers }) => markers['device'] ?? [])).size, 2, 'whose it is');
  t.same(lives(events), [
    'in started ringing ringing answered bridged unbridged ended NORMAL_CLEARING',
    'out started ringing ended LOSE_RACE',
    'out started ringing answered ended NORMAL_CLEARING',
  ]);
});

t.test('a message: who left it, for whom, how long', async (t) => {
  t.match(
    replay('message-left.esl').filter(({ kind }) => kind === 'message-left'),
    [{ user: '100', domain: 'vaxel.localhost', from: { name: 'Björn Ek', number: '101' } }],
  );
});
