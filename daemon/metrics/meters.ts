import { Counter, Histogram, type Registry } from 'prom-client';
import { tally } from '../../common/tally.ts';
import type { CallOutcome } from '../answer-call.ts';
import type { ExchangeEvent } from '../call/event.ts';
import type { Refused } from '../http/app.ts';
import type { Barred } from '../routing/barred.ts';

/** What is counted as it happens: each takes a microsecond or two, and none of it waits. */
export interface Meters {
  /** One question of FreeSWITCH is over, so long after it was asked. */
  readonly asked: (ms: number) => void;
  readonly outcome: (outcome: CallOutcome) => void;
  readonly event: (event: ExchangeEvent) => void;
  /** FreeSWITCH said something that is not for us, or cannot be read. */
  readonly ignored: () => void;
  /** FreeSWITCH has answered a command, whatever it said, or `failed` to. */
  readonly command: (name: string, ms: number, failed: boolean) => void;
  /** A lamp shows the truth again, so long after it was found to differ. */
  readonly lampTold: (ms: number) => void;
  /** Somebody was turned away at the HTTP door. */
  readonly refused: (why: Refused) => void;
}

/** No label ever holds a number, a person or an organisation: each is one of a few words of ours. */
export function createMeters(registry: Registry): Meters {
  const registers = [registry];
  const calls = new Counter({
    name: 'vaxel_calls_total',
    help: 'New calls FreeSWITCH has asked about, by direction and by what it was told to do; native: it went on by itself.',
    labelNames: ['direction', 'outcome'],
    registers,
  });
  const barred = new Counter({
    name: 'vaxel_calls_out_barred_total',
    help: 'Calls to the public network that were not let out, by the limit they met.',
    labelNames: ['why'],
    registers,
  });
  const again = new Counter({
    name: 'vaxel_call_questions_again_total',
    help: 'Questions about calls under way, by what they ask.',
    labelNames: ['about'],
    registers,
  });
  const decision = new Histogram({
    name: 'vaxel_call_decision_seconds',
    help: 'From FreeSWITCH’s question until it has the plan: what a caller waits for us.',
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 3],
    registers,
  });
  const hear = tally(registry, {
    name: 'vaxel_events_total',
    help: 'What FreeSWITCH has told, by kind; ignored: not for us, or not to be read.',
    labels: ['kind'],
  });
  const ended = new Counter({
    name: 'vaxel_legs_ended_total',
    help: 'Legs of calls that ended, by direction as FreeSWITCH sees it and by cause (ITU-T Q.850).',
    labelNames: ['direction', 'cause'],
    registers,
  });
  const messages = new Counter({
    name: 'vaxel_voicemail_messages_total',
    help: 'Voicemail messages that were left.',
    registers,
  });
  const commands = new Histogram({
    name: 'vaxel_esl_command_seconds',
    help: 'From a command to FreeSWITCH’s answer.',
    labelNames: ['command'],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 1, 5],
    registers,
  });
  const unanswered = new Counter({
    name: 'vaxel_esl_commands_unanswered_total',
    help: 'Commands that FreeSWITCH did not answer in time, or at all.',
    registers,
  });
  const lamps = new Histogram({
    name: 'vaxel_lamp_update_seconds',
    help: 'From the moment a lamp was found to show what is no longer true until FreeSWITCH had taken the truth.',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5],
    registers,
  });
  const failures = new Counter({
    name: 'vaxel_auth_failures_total',
    help: 'Who was turned away, by what was wrong.',
    labelNames: ['kind'],
    registers,
  });

  // A series that is born at 1 has not increased for Prometheus, and the first of these is reason enough to call somebody.
  for (const why of Object.keys(BARRED)) barred.inc({ why }, 0);
  for (const kind of Object.keys(TURNED_AWAY)) failures.inc({ kind }, 0);
  calls.inc({ direction: 'unknown', outcome: 'native' }, 0);

  return {
    asked: (ms) => {
      decision.observe(ms / 1_000);
    },
    outcome(outcome) {
      if (outcome.kind === 'native') {
        calls.inc({ direction: 'unknown', outcome: 'native' });
        return;
      }
      const { question, routing } = outcome;
      if (question.again !== undefined) again.inc({ about: question.again.kind });
      else calls.inc({ direction: directionOf(outcome), outcome: routing.plan.kind });
      const why = routing.trace.find((step) => step.barred !== undefined)?.barred;
      if (why !== undefined) barred.inc({ why });
    },
    event(event) {
      hear(event.kind);
      if (event.kind === 'leg-ended') {
        ended.inc({ direction: event.direction, cause: event.cause });
      }
      if (event.kind === 'message-left') messages.inc();
      if (event.kind === 'password-refused') failures.inc({ kind: 'sip-password' });
      if (event.kind === 'mailbox-login' && !event.success) failures.inc({ kind: 'mailbox-pin' });
    },
    ignored: () => {
      hear('ignored');
    },
    command(name, ms, failed) {
      if (failed) unanswered.inc();
      // Of `sendmsg <leg>`, the leg is not a name.
      else commands.observe({ command: name.replace(/^sendmsg .*/, 'sendmsg') }, ms / 1_000);
    },
    lampTold: (ms) => {
      lamps.observe(ms / 1_000);
    },
    refused: (why) => {
      failures.inc({ kind: why });
    },
  };
}

const BARRED: Readonly<Record<Barred, true>> = {
  'none-outside': true,
  'domestic-only': true,
  premium: true,
  country: true,
  'off-hours': true,
  'at-once': true,
  'domestic-an-hour': true,
  'abroad-an-hour': true,
  'premium-an-hour': true,
  'all-at-once': true,
  'all-domestic-an-hour': true,
  'all-abroad-an-hour': true,
  'all-premium-an-hour': true,
};

const TURNED_AWAY: Readonly<Record<Refused | 'sip-password' | 'mailbox-pin', true>> = {
  origin: true,
  host: true,
  token: true,
  scope: true,
  'sip-password': true,
  'mailbox-pin': true,
};

function directionOf({ question, routing }: Extract<CallOutcome, { kind: 'routed' }>): string {
  if (question.from.kind === 'trunk') return 'in';
  return routing.plan.kind === 'out' ? 'out' : 'internal';
}
