import type { Config } from '../common/config.ts';
import type { Db } from '../common/db/open.ts';
import type { Log } from '../common/log.ts';
import { packageVersion } from '../common/package-root.ts';
import type { Clock } from '../common/time.ts';
import { answerCall, type AnswerDeps } from './answer-call.ts';
import { carryOut } from './carry-out.ts';
import { keepDecisions } from './decisions/keep-decisions.ts';
import { listenForCalls } from './esl/route-listener.ts';
import { layoutOf } from './freeswitch/layout.ts';
import { openJournal } from './journal/journal.ts';
import type { LeftCall } from './keep-spent.ts';
import type { Ledger } from './ledger.ts';
import type { PresenceStore } from './presence-store.ts';
import type { World } from './routing/world.ts';

export interface AnsweringDeps {
  readonly config: Config;
  readonly db: Db;
  readonly ledger: Ledger;
  readonly presence: PresenceStore;
  readonly world: () => World;
  readonly soundOf: AnswerDeps['soundOf'];
  /** A call leaves for the public network. */
  readonly onLeft: (call: LeftCall) => void;
  readonly clock: Clock;
  readonly log: Log;
}

/** The door that FreeSWITCH asks at, with all that remembers what was answered. */
export interface Answering {
  readonly port: number;
  /** A leg is over: FreeSWITCH writes its record at about this moment. */
  legEnded(): void;
  /** No new questions; those that were asked are answered. */
  closeDoor(): Promise<void>;
  /** Everything answered is written down. */
  stop(): Promise<void>;
}

/** @throws {VaxelError} where the port cannot be had. */
export async function openAnswering(deps: AnsweringDeps): Promise<Answering> {
  const { config, db, ledger, presence, world, soundOf, onLeft, clock, log } = deps;
  const decisions = keepDecisions({ db, spool: layoutOf(config.state).cdr, log, clock });
  const { journal: folder } = config;
  const journal = folder && openJournal({ folder, version: packageVersion(), clock, log });

  const answering: AnswerDeps = {
    world,
    clock,
    carryOut: (effect) => carryOut(effect, { db, presence, clock, log }),
    soundOf,
    ...(journal && {
      onDecided: (question, from, at, routing) => {
        journal.note(question, from, at, routing);
      },
    }),
    onOutcome(outcome) {
      ledger.note(outcome);
      if (outcome.kind === 'native') {
        decisions.native(outcome.leg, outcome.why, world());
        return;
      }
      const { question, routing, world: seen, at } = outcome;
      const { plan } = routing;
      if (plan.kind === 'out') onLeft({ leg: question.leg, at, payer: plan.payer });
      decisions.routed(question, routing, seen, at);
    },
  };
  const door = await listenForCalls(config.ports.route, (conversation) => {
    void answerCall(conversation, answering);
  });

  return {
    port: door.port,
    legEnded: () => {
      decisions.legEnded();
    },
    closeDoor: () => door.close(),
    async stop() {
      await decisions.stop();
      if (journal) await journal.close();
    },
  };
}
