import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLog } from '../common/log.ts';
import type { E164 } from '../common/phone-number.ts';
import { systemClock } from '../common/time.ts';
import { answerCall, type CallOutcome } from '../daemon/answer-call.ts';
import type { RouteConversation } from '../daemon/esl/route-conversation.ts';
import { spokenAhead } from '../daemon/routing/spoken-ahead.ts';
import { createSounds } from '../daemon/sounds.ts';
import type { Speaker } from '../daemon/voice/speaker.ts';
import { numberOf } from './big-company.ts';
import { bigDirectory, bigWorld } from './big-world.ts';
import type { Result } from './result.ts';

const CALLS = 1_000;

/**
 * How many callers of somebody who has gone to lunch this instant wait for the
 * words. The speaker here never says any, so that whoever waits is found waiting.
 */
export async function speech(): Promise<readonly Result[]> {
  const folder = mkdtempSync(join(tmpdir(), 'vaxel-speech-'));
  const log = openLog('bench', 'silent');
  const sounds = createSounds({
    ...{ folder, speaker: SPEECHLESS, log },
    recording: () => undefined,
    recordedName: () => undefined,
    recordedText: () => undefined,
    take: () => '',
  });
  const now = systemClock();
  const world = bigWorld(await bigDirectory(), now);
  const [organisation] = world.directory.organisations.values();
  if (organisation === undefined) throw new Error('no company');
  try {
    let referred = 0;
    for (let i = 0; i < CALLS; i += 1) {
      const to = numberOf(2 * i + 1);
      const person = world.directory.numbers.get(to as E164);
      if (person === undefined) throw new Error(`nobody has ${to}`);
      void sounds.make(spokenAhead(organisation, person.user, world.presence, now));
      const outcomes: CallOutcome[] = [];
      const answered = answerCall(freeSwitch(to), {
        world: () => world,
        clock: () => now,
        carryOut: () => Promise.resolve(true),
        soundOf: (parts, language) => sounds.filesOf(parts, language),
        recordedOf: (parts, language) => sounds.recordedOf(parts, language),
        onOutcome: (outcome) => outcomes.push(outcome),
      });
      if (!(await inTime(answered))) continue;
      const [outcome] = outcomes;
      if (outcome?.kind === 'routed' && outcome.routing.plan.kind === 'referral') referred += 1;
    }
    return [
      {
        what: `calls to who is away that wait for speech, of ${CALLS}`,
        unit: 'calls',
        vaxel: CALLS - referred,
        target: { is: 'at most', value: 0 },
      },
      { what: '… texts that have no sound yet', unit: 'texts', vaxel: sounds.figures().waiting },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const SPEECHLESS: Speaker = {
  voice: () => 'none',
  speak: () => ({
    [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }),
  }),
};

/** The other end of one call's socket, which has all it is asked for at once. */
function freeSwitch(to: string): RouteConversation {
  const channel = [
    `Unique-ID: ${LEG}`,
    `Caller-Destination-Number: ${to}`,
    'Caller-Context: vaxel-trunks',
    'Caller-Caller-ID-Number: +46701111111',
    'variable_sip_network_ip: 192.0.2.1',
  ].join('\n');
  const answer = (command: string) => {
    const text = command.startsWith('getvar') ? LEG : 'Deleted: 1';
    const body = Buffer.from(command.startsWith('api uuid_dump') ? `${channel}\n` : text);
    return { frame: { headers: new Map<string, string>(), body }, text };
  };
  return {
    ask: (commands, answers = commands.length) =>
      Promise.resolve(commands.slice(0, answers).map(answer)),
    close: () => undefined,
  };
}

const LEG = '7c0e1d52-0000-0000-0000-000000000001';

async function inTime(answered: Promise<void>): Promise<boolean> {
  let late: NodeJS.Timeout | undefined;
  const given = new Promise<boolean>((resolve) => {
    late = setTimeout(resolve, WAITS_MS, false);
  });
  const inTime = await Promise.race([answered.then(() => true), given]);
  clearTimeout(late);
  return inTime;
}

/** Whoever has no plan by then waits for words that do not come. */
const WAITS_MS = 2_000;
