import type { SeenForward, SeenPerson, SeenStatus } from '../decisions/decision.ts';
import type { Barred } from '../routing/barred.ts';
import { isAboutGreetings } from '../routing/greeting-menu.ts';
import type { Plan } from '../routing/plan.ts';
import type { AskedMember } from '../routing/trace.ts';
import type { Clock } from './clock.ts';
import type { DeviceEnd, Point, SeenDevice } from './point.ts';
import { rung } from './rung.ts';

/** One sentence, as one would say it to whoever asks why. */
export function inEnglish(point: Point, clock: Clock): string {
  switch (point.kind) {
    case 'came': {
      const to = point.callee === undefined ? point.dialled : point.callee.name;
      return `${clock(point.at)} ${caller(point.caller)} called ${to}.`;
    }
    case 'native':
      return point.because === ''
        ? 'The daemon was away: FreeSWITCH routed the call by itself.'
        : `FreeSWITCH routed the call by itself (${point.because}).`;
    case 'blocked':
      return `The number is blocked: the caller ${BLOCKED[point.plan] ?? 'was turned away'}, and no phone rang.`;
    case 'status':
      return status(point, clock);
    case 'forwarded':
      return forwarded(point, clock);
    case 'engaged':
      return `${point.person.name} was already in ${point.person.calls === 1 ? 'a call' : `${point.person.calls} calls`}.`;
    case 'unanswered':
      return `${UNANSWERED[point.why]}: ${point.person.name}.`;
    case 'member':
      return notRung(point.member, clock);
    case 'chose':
      return `The caller pressed ${point.digit} at ${clock(point.at)}.`;
    case 'barred':
      return `The call was not let out: ${BARRED[point.why]}.`;
    case 'decided':
      return decided(point.plan, point.person);
    case 'device':
      return `${capital(device(point.device))} ${deviceEnded(point.ended, clock)}.`;
    case 'absent':
      return point.devices.length === 1
        ? `${capital(listed(point.devices))} was not connected and so did not ring.`
        : `${capital(listed(point.devices))} were not connected and so did not ring.`;
    case 'gone-out':
      return point.answeredAt === undefined
        ? `It was not answered (${point.cause}).`
        : `It was answered at ${clock(point.answeredAt)}.`;
    case 'heard':
      return `The caller heard: “${point.text}”`;
    case 'recorded':
      return `As you recorded it: ${point.texts.map((text) => `“${text}”`).join(', ')}.`;
    case 'heard-nothing':
      return 'The caller hung up before anything could be said.';
    case 'left-message':
      return 'The caller came to voicemail.';
    case 'ended':
      return point.seconds === undefined
        ? `The call ended at ${clock(point.at)}, unanswered.`
        : `The call ended at ${clock(point.at)}, after ${length(point.seconds)}.`;
  }
}

function caller({ name, number, hidden, extension }: Extract<Point, { kind: 'came' }>['caller']) {
  if (hidden) return 'somebody who hides their number';
  if (extension !== undefined) return `${name} (${extension})`;
  return name === '' ? number : `${name} (${number})`;
}

function status(point: Extract<Point, { kind: 'status' }>, clock: Clock): string {
  const { person, status: holds, does, vip } = point;
  const had = `${person.name} had ${holds.activity.en}${until(holds.endsAt, clock)} (${setBy(holds, clock)})`;
  switch (does) {
    case 'closes':
      return `${had}.${vip ? '' : ' The caller is no VIP.'}`;
    case 'opens':
      return `${had}, in which phones ring.`;
    case 'yields-to-vip':
      return `${had}, but the caller is a VIP and was put through.`;
    case 'yields-to-colleague':
      return `${had}, but colleagues are put through.`;
  }
}

function forwarded(point: Extract<Point, { kind: 'forwarded' }>, clock: Clock): string {
  const { from, forward } = point;
  const to = point.to ?? (forward.to.kind === 'number' ? forward.to.number : 'voicemail');
  const set = `${SOURCE[forward.source]} at ${clock(forward.setAt)}`;
  return `${from.name} forwards ${FORWARD[forward.reason]} to ${to}${until(forward.endsAt, clock)} (set ${set}).`;
}

function setBy({ source, setBy: colleague, startedAt }: SeenStatus, clock: Clock): string {
  const how = colleague === undefined ? SOURCE[source] : `by ${colleague}`;
  return `set ${how} at ${clock(startedAt)}`;
}

function decided(plan: Plan, person: SeenPerson | undefined): string {
  const whose = person?.name ?? 'who was called';
  switch (plan.kind) {
    case 'ring':
      return `${whose} was rung: ${rung(plan.legs, device)}.`;
    case 'referral':
      return 'The call was given a referral.';
    case 'announce':
      return 'The caller was told the result.';
    case 'menu':
      return isAboutGreetings(plan.asks)
        ? 'The caller was asked what to do with the greetings.'
        : 'The caller was asked for a status.';
    case 'record':
      return 'The caller recorded a greeting.';
    case 'voicemail':
      return `The call went to the voicemail of ${whose}.`;
    case 'mailbox':
    case 'which-mailbox':
      return 'The caller was connected to their voicemail.';
    case 'unheard':
      return 'The caller could leave a message that nobody is told of.';
    case 'pickup':
      return 'The call was picked up by a colleague.';
    case 'silence':
      return 'The caller heard it ring, and nothing rang.';
    case 'out':
      return `The call went out to ${plan.to}.`;
    case 'refuse':
      return REFUSED[plan.sip];
    case 'native':
      return 'FreeSWITCH routed the call by itself.';
  }
}

/** Why a member of a team was not rung; empty of one who was. */
function notRung({ name, fate }: AskedMember, clock: Clock): string {
  switch (fate.kind) {
    case 'rung':
      return '';
    case 'caller':
      return `It was ${name} who called.`;
    case 'has-had-it':
      return `The call had been with ${name} already, and did not ring there again.`;
    case 'blocked':
      return `${name} has blocked the number: nothing rang there.`;
    case 'away':
      return `${name} had ${fate.activity.en}${until(fate.endsAt, clock)}, in which no calls to teams ring.`;
    case 'busy':
      return `${name} was already in ${fate.calls === 1 ? 'a call' : `${fate.calls} calls`}: nothing rang there.`;
    case 'no-device':
      return `${name} has no phone that could ring.`;
  }
}

function deviceEnded(ended: DeviceEnd, clock: Clock): string {
  switch (ended.how) {
    case 'answered':
      return `answered at ${clock(ended.at)}, after ${length(ended.after)}`;
    case 'elsewhere':
      return 'stopped ringing when another answered';
    case 'caller-gave-up':
      return `rang for ${length(ended.after)}, until the caller hung up`;
    case 'no-answer':
      return `rang for ${length(ended.after)} without an answer`;
    case 'busy':
      return 'was busy';
    case 'declined':
      return `declined the call after ${length(ended.after)}`;
    case 'unreachable':
      return `could not be reached (${ended.cause})`;
  }
}

const device = ({ kind, label, member }: Omit<SeenDevice, 'id'>): string =>
  `${DEVICE[kind] ?? 'device'} ${label}${member === undefined ? '' : ` (${member})`}`;

function listed(devices: readonly SeenDevice[]): string {
  const names = devices.map(device);
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

const until = (end: SeenForward['endsAt'], clock: Clock): string =>
  end === undefined ? '' : ` until ${clock(end)}`;

const length = (seconds: number): string =>
  seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const SOURCE = {
  app: 'in the app',
  code: 'with a code on the phone',
  phone: 'with a key on the phone',
  calendar: 'by the calendar',
  colleague: 'by a colleague',
  schedule: 'by the schedule',
  menu: 'in the voice menu',
  admin: 'by the administrator',
} as const;

const FORWARD = {
  always: 'all calls',
  busy: 'calls when busy',
  'no-answer': 'unanswered calls',
  unreachable: 'calls when no phone is reached',
} as const;

const UNANSWERED = {
  busy: 'Every phone was busy',
  'no-answer': 'Nobody answered',
  unreachable: 'No phone could be reached',
} as const;

const BARRED: Readonly<Record<Barred, string>> = {
  'none-outside': 'the person may call nobody outside',
  'domestic-only': 'the person may not call abroad or premium numbers',
  'off-hours': 'the person may not call there outside working hours',
  premium: 'the person may not call premium numbers',
  country: 'the organisation does not call that country',
  'at-once': 'the person has as many calls out as is allowed',
  'domestic-an-hour':
    'the person has called out within the country as often as is allowed in an hour',
  'abroad-an-hour': 'the person has called abroad as often as is allowed in an hour',
  'premium-an-hour': 'the person has called premium numbers as often as is allowed in an hour',
  'all-at-once': 'the organisation has as many calls out as is allowed',
  'all-domestic-an-hour':
    'the organisation has called out within the country as often as is allowed in an hour',
  'all-abroad-an-hour': 'the organisation has called abroad as often as is allowed in an hour',
  'all-premium-an-hour':
    'the organisation has called premium numbers as often as is allowed in an hour',
};

const REFUSED = {
  403: 'The call was not let through.',
  404: 'There is no such number here.',
  480: 'The caller was told that nobody answers.',
  486: 'The caller heard busy.',
  503: 'There was no way out.',
} as const;

const BLOCKED: Readonly<Partial<Record<Plan['kind'], string>>> = {
  refuse: 'was turned away',
  silence: 'heard nothing but ringing',
  unheard: 'could leave a message that nobody is told of',
};

const DEVICE: Readonly<Partial<Record<string, string>>> = {
  app: 'app',
  desk: 'desk phone',
  mobile: 'mobile',
};
