import type { LegId } from '../call/event.ts';
import {
  type AfterChoice,
  type MenuPlan,
  type Plan,
  type RecordPlan,
  type RefusePlan,
  type RingPlan,
  rungAt,
  type Shown,
  type VoicemailPlan,
} from '../routing/plan.ts';
import { trunkDialString, word } from './dial-string.ts';
import { writeMenu } from './menu-text.ts';
import { plainValue } from './plain-value.ts';

/** A plan that a call can be handed over to; `native` is said by leaving. */
export type HandedPlan = Exclude<Plan, { kind: 'native' }>;

/**
 * The whole plan as two commands or three, to be sent in one write: what it needs as channel
 * variables, then one transfer into freeswitch-conf/dialplan/plan.xml.
 *
 * `socket_resume` is taken back as the last variable. Until then a daemon that dies
 * leaves the call to the native context; from the transfer on, FreeSWITCH has
 * all it needs (mod_event_socket.c, end of `listener_run`).
 *
 * @param ready - what was looked up for it: the dial string of a `ring` plan (`forkDialString`), the sound of one that speaks.
 */
export function planCommands(
  leg: LegId,
  dialled: string,
  plan: HandedPlan,
  ready: Ready,
): readonly string[] {
  const all: Variables = [...variables(plan, ready), ['socket_resume', 'false']];
  const listed = all.filter(([, value]) => !namesVariable(value));
  const list = listed.map(([name, value]) => `${name}=${listItem(value)}`).join(';');
  return [
    ...(plan.kind === 'pickup' ? plan.ringing.map(answeredElsewhere) : []),
    ...all
      .filter(([, value]) => namesVariable(value))
      .map(([name, value]) => `api uuid_setvar ${leg} ${name} ${value}`),
    `api uuid_setvar_multi ${leg} ${list}`,
    `api uuid_transfer ${leg} ${word(dialled)} XML vaxel-plan`,
  ];
}

/** What a plan needs beside itself. */
export interface Ready {
  readonly dial?: string | undefined;
  /** Files, in the order they are played; none of a path with what means something in a list of files. */
  readonly sound?: readonly string[];
  /** Of what a mailbox offers. */
  readonly offer?: readonly string[];
}
/**
 * `intercept` marks the call as taken after it has woken it, and a call that wakes first cancels its legs as
 * given up (switch_ivr_bridge.c, `switch_ivr_intercept_session`): the phones would log a missed call.
 */
const answeredElsewhere = (leg: LegId): string =>
  `api uuid_setvar ${word(leg)} sip_reason SIP;cause=200;text="Call completed elsewhere"`;

/** A list refuses such a value (switch_channel.c, `switch_channel_set_variable_var_check`). Only a mobile's dial string is one. */
const namesVariable = (value: string): boolean => value.includes('${');

/**
 * A value that a list split at `;` gives back as it was: quotes would hold a
 * semicolon, and a backslash frees what follows it (switch_utils.c,
 * `separate_string_char_delim`, `cleanup_separated_string`).
 */
const listItem = (value: string): string => value.replaceAll(/[\\';]/g, '\\$&');

type Variables = readonly (readonly [name: string, value: string])[];

function variables(plan: HandedPlan, { dial, sound = [], offer = [] }: Ready): Variables {
  switch (plan.kind) {
    case 'ring':
      if (dial === undefined) throw new Error('a fork needs its dial string');
      return [
        ...caller(plan.shown),
        ...afterRinging(plan, sound, offer),
        ['vx_via', via(plan.via)],
        ...shownAgain(plan),
        ['vx_dial', dial],
        ['vx_plan', 'ring'],
      ];
    case 'referral':
      return [
        ...mailbox(plan.then, [], offer),
        ['default_language', plan.language],
        ['vx_via', via(plan.via)],
        ...shownAgain(plan),
        ['vx_sound', soundOf(sound)],
        ['vx_choices', plan.choices === '' ? 'none' : word(plan.choices)],
        ['initial_callee_id_name', calleeName(plan.display)],
        ['vx_plan', `referral-${plan.media}`],
      ];
    case 'announce':
      return [
        ['default_language', plan.language],
        ['vx_sound', soundOf(sound)],
        ['vx_plan', 'announce'],
      ];
    case 'menu':
      return [
        ...asking(plan, sound),
        ['vx_least', String(plan.least)],
        ['vx_most', String(plan.most)],
        ['vx_plan', 'menu'],
      ];
    case 'record':
      return [...asking(plan, sound), ['vx_plan', 'record']];
    case 'voicemail':
      return [
        ...mailbox(plan, sound, offer),
        ...(plan.offers === undefined
          ? []
          : [['vx_via', via(plan.offers.via)] as const, ...shownAgain(plan.offers)]),
        ['vx_plan', 'voicemail'],
      ];
    case 'unheard':
      return [...mailbox({ ...plan, greeting: 'usual' }), ['vx_plan', 'unheard']];
    case 'mailbox':
      return [
        ...mailbox({ ...plan, greeting: 'usual' }),
        ['voicemail_authorized', String(plan.pin === 'waived')],
        ['vx_plan', 'mailbox'],
      ];
    case 'which-mailbox':
      return [
        ['vx_domain', word(plan.domain)],
        ['default_language', plan.language],
        ['vx_plan', 'which-mailbox'],
      ];
    case 'out':
      return [
        ...callerOutside(plan.shown),
        ...plan.trunks
          .slice(0, TRUNKS_TRIED)
          .map(
            (trunk, i) =>
              [
                `vx_dial_${i + 1}`,
                trunkDialString(trunk, plan.to, plan.diversion, plan.shown),
              ] as const,
          ),
        ['vx_plan', 'out'],
      ];
    case 'pickup':
      return [
        // Who has heard a referral was answered for it, and waits for an answer all the same.
        ['intercept_unbridged_only', 'true'],
        ['vx_caller', word(plan.caller)],
        ['vx_plan', 'pickup'],
      ];
    case 'refuse':
      return [...refusal(plan), ['vx_plan', refusing(plan)]];
    case 'silence':
      return [['vx_plan', 'silence']];
  }
}

/** What is said to somebody who is asked for something, and what it is. */
const asking = (plan: MenuPlan | RecordPlan, sound: readonly string[]): Variables => [
  ['vx_domain', word(plan.domain)],
  ['vx_mailbox', word(plan.extension)],
  ['default_language', plan.language],
  ['vx_sound', soundOf(sound)],
  ['vx_menu', writeMenu(plan.asks)],
];

/** What the call goes on with where nobody answers, or nobody could be asked what that is. */
function afterRinging(
  { then, asks, ...plan }: RingPlan,
  sound: readonly string[],
  offer: readonly string[],
): Variables {
  if (then.kind === 'voicemail') {
    return [...mailbox(then, sound, offer), ['vx_after', asks ? 'ask' : 'voicemail']];
  }
  return [
    ['vx_domain', word(plan.domain)],
    ['vx_mailbox', word(rungAt(plan))],
    ...refusal(then),
    ['vx_after', asks ? 'ask-team' : refusing(then)],
  ];
}

const refusal = ({ language, sip, say }: RefusePlan): Variables => [
  ['default_language', language],
  ['vx_sip', String(sip)],
  ...(say === undefined ? [] : ([['vx_say', say]] as const)),
];

const refusing = ({ say }: RefusePlan): string => (say === undefined ? 'refuse-unsaid' : 'refuse');

/** As many as freeswitch-conf/dialplan/plan.xml goes through. */
const TRUNKS_TRIED = 3;

interface Mailbox {
  readonly domain: string;
  readonly mailbox: string;
  readonly language: string;
  readonly zone: string;
  readonly greeting: VoicemailPlan['greeting'];
  readonly offers?: AfterChoice;
}

const mailbox = (
  { domain, mailbox: extension, language, zone, greeting, offers }: Mailbox,
  greetings: readonly string[] = [],
  offer: readonly string[] = [],
): Variables => [
  ['vx_domain', word(domain)],
  ['vx_mailbox', word(extension)],
  ['default_language', language],
  ['timezone', plainValue(zone)],
  // Who has heard a referral hears no greeting after it (mod_voicemail.c, `voicemail_leave_main`).
  ['skip_greeting', String(greeting === 'said')],
  ['vx_offer', offers === undefined ? 'none' : word(offers.digits)],
  // Files alone: the dialplan plays them after others.
  ['vx_offer_sound', offer.length === 0 ? 'silence_stream://100' : offer.join('!')],
  ['vx_greeting', greetings.length === 0 ? 'none' : soundOf(greetings)],
];

/** FreeSWITCH takes what a name holds before a colon or slash, or after an at sign, for an address (switch_utils.h, `switch_sanitize_number`). */
const calleeName = (text: string): string =>
  plainValue(text).replaceAll(':', '.').replaceAll(/[/@]/g, '-');

/** Said once, when the call was dialled: it must hold when the call asks again. */
const shownAgain = ({ shows }: Pick<RingPlan, 'shows'>): Variables =>
  shows === undefined ? [] : [['vx_shows', shows]];

const via = (extensions: readonly string[]): string => extensions.map(word).join('-');

/** As `playback` takes several at once (mod_dptools.c, `file_string`); a second of nothing where there is none. */
const soundOf = (files: readonly string[]): string =>
  files.length === 0 ? 'silence_stream://1000' : `file_string://${files.join('!')}`;

/** The legs hide whom their dial strings say; what they vouch for is the caller's number all the same. */
const callerOutside = ({ asserted, ...shown }: Shown): Variables =>
  caller(asserted === undefined ? shown : { name: '', number: asserted, hidden: false });

function caller({ name, number, hidden }: Shown): Variables {
  if (hidden) {
    return [
      ['effective_caller_id_name', 'Anonymous'],
      ['effective_caller_id_number', 'anonymous'],
      ['vx_privacy', 'full'],
    ];
  }
  const shown = plainValue(number);
  return [
    ['effective_caller_id_name', plainValue(name) || shown],
    ['effective_caller_id_number', shown],
  ];
}
