import type { Config } from '../common/config.ts';
import type { Db } from '../common/db/open.ts';
import type { Log } from '../common/log.ts';
import type { Clock } from '../common/time.ts';
import { answerCall, type AnswerDeps } from './answer-call.ts';
import { carryOut } from './carry-out.ts';
import { keepDecisions } from './decisions/keep-decisions.ts';
import { listenForCalls } from './esl/route-listener.ts';
import { greetingFiles } from './greeting-files.ts';
import { layoutOf } from './freeswitch/layout.ts';
import type { Journal } from './journal/journal.ts';
import type { SpentKeeper } from './keep-spent.ts';
import type { Ledger } from './ledger.ts';
import type { Meters } from './metrics/meters.ts';
import type { PresenceStore } from './presence-store.ts';
import type { World } from './routing/world.ts';

export interface AnsweringDeps {
  readonly config: Config;
  readonly db: Db;
  readonly ledger: Ledger;
  readonly presence: PresenceStore;
  readonly world: () => World;
  readonly soundOf: AnswerDeps['soundOf'];
  readonly recordedOf: AnswerDeps['recordedOf'];
  /** Told of each call that leaves for the public network. */
  readonly spent: Pick<SpentKeeper, 'left'>;
  /** Where one is kept. */
  readonly journal: Journal | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly meters: Pick<Meters, 'asked' | 'outcome'>;
}

/** The door that FreeSWITCH asks at, with all that remembers what was answered. */
export interface Answering {
  readonly port: number;
  /** A leg is over: FreeSWITCH writes its record at about this moment. */
  legEnded(): void;
  /** Decisions that are not written down yet, and those that never will be. */
  counts(): { readonly waiting: number; readonly lost: number };
  /** No new questions; those that were asked are answered. */
  closeDoor(): Promise<void>;
  /** Everything answered is written down. */
  stop(): Promise<void>;
}

/** @throws {VaxelError} where the port cannot be had. */
export async function openAnswering(deps: AnsweringDeps): Promise<Answering> {
  const { config, db, ledger, presence, world, soundOf, recordedOf, spent, clock, log, meters } =
    deps;
  const { journal } = deps;
  const decisions = keepDecisions({ db, spool: layoutOf(config.state).cdr, log, clock });
  const greetings = greetingFiles(layoutOf(config.state));

  const answering: AnswerDeps = {
    world,
    clock,
    carryOut: (effect) => carryOut(effect, { db, presence, greetings, clock, log }),
    soundOf,
    recordedOf,
    ...(journal && {
      onDecided: (question, from, at, routing) => {
        journal.note(question, from, at, routing);
      },
    }),
    onOutcome(outcome) {
      ledger.note(outcome);
      meters.outcome(outcome);
      if (outcome.kind === 'native') {
        decisions.native(outcome.leg, outcome.why, world());
        return;
      }
      const { question, routing, world: seen, at } = outcome;
      const { plan } = routing;
      if (plan.kind === 'out') spent.left({ leg: question.leg, at, payer: plan.payer });
      decisions.routed(question, routing, seen, at);
    },
  };
  const door = await listenForCalls(config.ports.route, (conversation) => {
    const asked = performance.now();
    void answerCall(conversation, answering).then(() => {
      meters.asked(performance.now() - asked);
    });
  });

  return {
    port: door.port,
    legEnded: () => {
      decisions.legEnded();
    },
    counts: () => decisions.counts(),
    closeDoor: () => door.close(),
    async stop() {
      await decisions.stop();
      await journal?.close();
    },
  };
}
