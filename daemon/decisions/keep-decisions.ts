import type { Db } from '../../common/db/open.ts';
import type { Log } from '../../common/log.ts';
import type { Clock, EpochMs } from '../../common/time.ts';
import type { Question } from '../call/question.ts';
import type { Routing } from '../routing/plan.ts';
import type { World } from '../routing/world.ts';
import { type DecisionRecorder, recordDecisions, saveIn } from './recorder.ts';
import { whatWasSeen } from './seen.ts';
import { openSpool } from './spool.ts';

/** Remembers of every call why it went where it did, and what became of it. */
export interface DecisionKeeper {
  routed(question: Question, routing: Routing, world: World, at: EpochMs): void;
  /** FreeSWITCH went on by itself. */
  native(leg: string, why: string, world: World): void;
  /** A leg is over: FreeSWITCH writes down what became of it at about this moment. */
  legEnded(): void;
  readonly counts: DecisionRecorder['counts'];
  /** Takes in what there is, and writes down what waits. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

export interface DecisionKeeperDeps {
  readonly db: Db;
  /** Where FreeSWITCH puts its records. */
  readonly spool: string;
  readonly log: Log;
  readonly clock: Clock;
}

export function keepDecisions({ db, spool, log, clock }: DecisionKeeperDeps): DecisionKeeper {
  const recorder = recordDecisions({ save: saveIn(db), log });
  const records = openSpool({ folder: spool, db, log, clock });
  let working: Promise<void> = Promise.resolve();
  let failing = false;
  let soon: NodeJS.Timeout | undefined;

  /** One at a time; what fails is tried again at the next look. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    working = working.then(async () => {
      try {
        await work();
        failing = false;
      } catch (err) {
        if (!failing) log.error({ err }, 'records of calls wait outside the database');
        failing = true;
      }
    });
    return working;
  }

  const take = () =>
    inTurn(async () => {
      await records.take();
    });

  const looking = setInterval(() => void take(), LOOK_EVERY_MS);
  void take();

  return {
    routed(question, { plan, trace }, world, at) {
      const { leg } = question;
      const seen = whatWasSeen(question, plan, world, at);
      recorder.note({ leg, at, question, plan, trace, seen });
    },
    native(leg, why, { directory, presence, contacts }) {
      if (leg === '') return;
      const organisation = directory.organisations.values().next().value;
      recorder.note({
        leg,
        at: clock(),
        question: undefined,
        plan: { kind: 'native' },
        trace: [{ rule: 'native', because: why }],
        seen: {
          revisions: {
            directory: directory.revision,
            presence: presence.revision,
            contacts: contacts.revision,
          },
          zone: organisation?.zone ?? 'Europe/Stockholm',
          language: organisation?.language ?? 'sv',
          caller: { number: '', name: '', hidden: true },
          people: [],
        },
      });
    },
    legEnded() {
      soon ??= setTimeout(() => {
        soon = undefined;
        void take();
      }, RECORD_WRITTEN_MS);
    },
    counts: () => recorder.counts(),
    async settle() {
      await Promise.all([take(), recorder.flushed()]);
    },
    async stop() {
      clearInterval(looking);
      clearTimeout(soon);
      await recorder.stop();
      await working;
    },
  };
}

// Milliseconds. FreeSWITCH tells of the end first and writes its record after it.
const LOOK_EVERY_MS = 10_000;
const RECORD_WRITTEN_MS = 300;
