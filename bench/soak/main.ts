import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ask } from '../../test/support/api-client.ts';
import { startExchange } from '../../test/support/exchange.ts';
import { answers } from '../../test/support/sip/behaviours.ts';
import { machine } from '../machine.ts';
import type { Placed } from './call-ledger.ts';
import { watchEvents } from './event-watch.ts';
import { causeFaults } from './faults.ts';
import { watchPrograms } from './gauges.ts';
import { judge } from './judge.ts';
import { watchLamps } from './lamp-watch.ts';
import { openOffice, type Person } from './office.ts';
import { SCENES, type Scene, type Stage } from './scenes.ts';

/** `npm run soak -- --minutes 10 --calls-per-second 1`: an office's day, with faults, and whether all of it went well. */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    'calls-per-second': { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
  },
});
const minutes = Number(values.minutes);
const perSecond = Number(values['calls-per-second']);
if (!(minutes > 0 && perSecond > 0)) throw new Error('minutes and calls per second are above zero');

const PEOPLE = 24;
const WATCHERS = 4;

console.log(machine());
const exchange = await startExchange();
const ends: (() => unknown)[] = [];
const owner = { teardown: (end: () => unknown) => void ends.push(end) };
const failures: string[] = [];
const played = new Map<string, number>();
const placed: Placed[] = [];
let skipped = 0;

try {
  const office = await openOffice(exchange, owner, PEOPLE, WATCHERS);
  office.carrier.behave(answers());
  const random = randomOf(Number(values.seed));
  const endsAt = performance.now() + minutes * 60_000;
  const programs = watchPrograms(exchange);
  const faults = causeFaults(exchange, endsAt, random);
  const faultsOver = faults.done.catch((error: unknown) => {
    failures.push(
      `a fault was not over: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
  const lamps = watchLamps(faults, async (extension) => {
    const { token } = office;
    return (await ask(exchange.httpPort, 'get', `/v1/lines/${extension}`, { token })).body;
  });
  const events = watchEvents(exchange.httpPort, office.token, faults);
  ends.push(() => {
    events.close();
  });
  const stage: Stage = { ...office, lamps, events, random, placed };
  const idle = new Set<Person>(office.people);
  const playing = new Set<Promise<void>>();

  const play = async (scene: Scene, people: readonly [Person, Person, Person]) => {
    const began = performance.now();
    for (const person of people) idle.delete(person);
    try {
      await scene.play(stage, ...people);
      played.set(scene.name, (played.get(scene.name) ?? 0) + 1);
    } catch (error) {
      const said = `${scene.name}: ${error instanceof Error ? error.message : String(error)}`;
      // Who steers calls by the daemon cannot while it is away, and is told so; the same of files.
      if (scene.needs.some((each) => faults.overAt(each) > began)) skipped += 1;
      else failures.push(`${new Date().toISOString()} ${said}`);
      // Their calls are in no state that anybody knows: they take no further part.
      return;
    }
    for (const person of people) idle.add(person);
  };

  while (performance.now() < endsAt) {
    await pause(1_000 / perSecond);
    const [anna, bjorn, cecilia] = idle;
    const scene = chosen(random());
    if (!anna || !bjorn || !cecilia) {
      skipped += 1;
      continue;
    }
    const playingOne = play(scene, [anna, bjorn, cecilia]);
    playing.add(playingOne);
    void playingOne.finally(() => playing.delete(playingOne));
  }
  await Promise.all([...playing, faultsOver]);
  // Whoever took no further part may have calls still.
  if (idle.size < office.people.length) await exchange.esl.api('hupall');
  console.table(Object.fromEntries(played));
  const found = await judge({ exchange, office, placed, events, lamps, faults, programs });
  console.log({ placed: placed.length, skipped });
  failures.push(...found);
} finally {
  for (const end of ends.reverse()) await end();
  await exchange.stop();
}
console.log(failures.length === 0 ? 'all went as it must' : failures.join('\n'));
process.exitCode = failures.length === 0 ? 0 : 1;

function chosen(share: number): Scene {
  let left = share * SCENES.reduce((sum, { weight }) => sum + weight, 0);
  for (const scene of SCENES) {
    left -= scene.weight;
    if (left < 0) return scene;
  }
  throw new Error('a share is below one');
}

/** The same numbers for the same seed, 0 … 1. */
function randomOf(seed: number): () => number {
  let drawn = 0;
  return () => {
    drawn += 1;
    return createHash('sha256').update(`${seed} ${drawn}`).digest().readUInt32BE() / 2 ** 32;
  };
}
