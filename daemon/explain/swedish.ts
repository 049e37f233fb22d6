import type { SeenForward, SeenPerson, SeenStatus } from '../decisions/decision.ts';
import type { Barred } from '../routing/barred.ts';
import { isAboutGreetings } from '../routing/greeting-menu.ts';
import type { Plan } from '../routing/plan.ts';
import type { AskedMember } from '../routing/trace.ts';
import type { Clock } from './clock.ts';
import type { DeviceEnd, Point, SeenDevice } from './point.ts';
import { rung } from './rung.ts';

/** One sentence, as one would say it to whoever asks why. */
export function inSwedish(point: Point, clock: Clock): string {
  switch (point.kind) {
    case 'came': {
      const to = point.callee === undefined ? point.dialled : point.callee.name;
      return `${clock(point.at)} ${caller(point.caller)} ringde ${to}.`;
    }
    case 'native':
      return point.because === ''
        ? 'Växelns styrning var borta: FreeSWITCH kopplade samtalet själv.'
        : `FreeSWITCH kopplade samtalet själv (${point.because}).`;
    case 'blocked':
      return `Numret är blockerat: den som ringde ${BLOCKED[point.plan] ?? 'avvisades'}, och ingen telefon ringde.`;
    case 'status':
      return status(point, clock);
    case 'forwarded':
      return forwarded(point, clock);
    case 'engaged':
      return `${point.person.name} satt redan i ${point.person.calls === 1 ? 'ett samtal' : `${point.person.calls} samtal`}.`;
    case 'unanswered':
      return `${UNANSWERED[point.why]} hos ${point.person.name}.`;
    case 'member':
      return notRung(point.member, clock);
    case 'chose':
      return `Den som ringde tryckte ${point.digit} ${clock(point.at)}.`;
    case 'barred':
      return `Samtalet släpptes inte ut: ${BARRED[point.why]}.`;
    case 'decided':
      return decided(point.plan, point.person);
    case 'device':
      return `${capital(device(point.device))} ${deviceEnded(point.ended, clock)}.`;
    case 'absent':
      return point.devices.length === 1
        ? `${capital(listed(point.devices))} var inte ansluten och ringde därför inte.`
        : `${capital(listed(point.devices))} var inte anslutna och ringde därför inte.`;
    case 'gone-out':
      return point.answeredAt === undefined
        ? `Det besvarades inte (${point.cause}).`
        : `Det besvarades ${clock(point.answeredAt)}.`;
    case 'heard':
      return `Den som ringde hörde: ”${point.text}”`;
    case 'recorded':
      return `Inspelat av er: ${point.texts.map((text) => `”${text}”`).join(', ')}.`;
    case 'heard-nothing':
      return 'Den som ringde lade på innan något hann sägas.';
    case 'left-message':
      return 'Den som ringde kom till röstbrevlådan.';
    case 'ended':
      return point.seconds === undefined
        ? `Samtalet slutade ${clock(point.at)} utan att besvaras.`
        : `Samtalet slutade ${clock(point.at)}, efter ${length(point.seconds)}.`;
  }
}

function caller({ name, number, hidden, extension }: Extract<Point, { kind: 'came' }>['caller']) {
  if (hidden) return 'någon med hemligt nummer';
  if (extension !== undefined) return `${name} (${extension})`;
  return name === '' ? number : `${name} (${number})`;
}

function status(point: Extract<Point, { kind: 'status' }>, clock: Clock): string {
  const { person, status: holds, does, vip } = point;
  const had = `${person.name} hade ${holds.activity.sv}${until(holds.endsAt, clock)} (${setBy(holds, clock)})`;
  switch (does) {
    case 'closes':
      return `${had}.${vip ? '' : ' Den som ringde är inte VIP.'}`;
    case 'opens':
      return `${had}, och då ringer telefonerna.`;
    case 'yields-to-vip':
      return `${had}, men den som ringde är VIP och släpptes fram.`;
    case 'yields-to-colleague':
      return `${had}, men kollegor släpps fram.`;
  }
}

function forwarded(point: Extract<Point, { kind: 'forwarded' }>, clock: Clock): string {
  const { from, forward } = point;
  const to = point.to ?? (forward.to.kind === 'number' ? forward.to.number : 'röstbrevlådan');
  const set = `${SOURCE[forward.source]} ${clock(forward.setAt)}`;
  return `${from.name} har ${FORWARD[forward.reason]} till ${to}${until(forward.endsAt, clock)} (satt ${set}).`;
}

function setBy({ source, setBy: colleague, startedAt }: SeenStatus, clock: Clock): string {
  const how = colleague === undefined ? SOURCE[source] : `av ${colleague}`;
  return `satt ${how} ${clock(startedAt)}`;
}

function decided(plan: Plan, person: SeenPerson | undefined): string {
  const whose = person?.name ?? 'den som söktes';
  switch (plan.kind) {
    case 'ring':
      return `Det ringde hos ${whose}: ${rung(plan.legs, device)}.`;
    case 'referral':
      return 'Samtalet fick hänvisning.';
    case 'announce':
      return 'Den som ringde fick ett besked.';
    case 'menu':
      return isAboutGreetings(plan.asks)
        ? 'Den som ringde fick välja vad som ska göras med hälsningarna.'
        : 'Den som ringde fick välja sin status.';
    case 'record':
      return 'Den som ringde talade in en hälsning.';
    case 'voicemail':
      return `Samtalet gick till röstbrevlådan hos ${whose}.`;
    case 'mailbox':
    case 'which-mailbox':
      return 'Den som ringde kopplades till sin röstbrevlåda.';
    case 'unheard':
      return 'Den som ringde fick tala in ett meddelande som ingen får veta av.';
    case 'pickup':
      return 'Samtalet hämtades av en kollega.';
    case 'silence':
      return 'Den som ringde hörde att det ringde, men inget ringde.';
    case 'out':
      return `Samtalet gick ut till ${plan.to}.`;
    case 'refuse':
      return REFUSED[plan.sip];
    case 'native':
      return 'FreeSWITCH kopplade samtalet själv.';
  }
}

/** Why a member of a team was not rung; empty of one who was. */
function notRung({ name, fate }: AskedMember, clock: Clock): string {
  switch (fate.kind) {
    case 'rung':
      return '';
    case 'caller':
      return `Det var ${name} som ringde.`;
    case 'has-had-it':
      return `Samtalet hade redan varit hos ${name}, och ringde inte där igen.`;
    case 'blocked':
      return `${name} har blockerat numret: det ringde inte där.`;
    case 'away':
      return `${name} hade ${fate.activity.sv}${until(fate.endsAt, clock)}, och då ringer inga gruppsamtal.`;
    case 'busy':
      return `${name} satt redan i ${fate.calls === 1 ? 'ett samtal' : `${fate.calls} samtal`}: det ringde inte där.`;
    case 'no-device':
      return `${name} har ingen telefon som kunde ringa.`;
  }
}

function deviceEnded(ended: DeviceEnd, clock: Clock): string {
  switch (ended.how) {
    case 'answered':
      return `svarade ${clock(ended.at)}, efter ${length(ended.after)}`;
    case 'elsewhere':
      return 'slutade ringa när någon annan svarade';
    case 'caller-gave-up':
      return `ringde i ${length(ended.after)}, tills den som ringde lade på`;
    case 'no-answer':
      return `ringde i ${length(ended.after)} utan svar`;
    case 'busy':
      return 'var upptagen';
    case 'declined':
      return `avvisade samtalet efter ${length(ended.after)}`;
    case 'unreachable':
      return `kunde inte nås (${ended.cause})`;
  }
}

const device = ({ kind, label, member }: Omit<SeenDevice, 'id'>): string =>
  `${DEVICE[kind] ?? 'enheten'} ${label}${member === undefined ? '' : ` (${member})`}`;

function listed(devices: readonly SeenDevice[]): string {
  const names = devices.map(device);
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} och ${last}`;
}

const until = (end: SeenForward['endsAt'], clock: Clock): string =>
  end === undefined ? '' : ` till ${clock(end)}`;

const length = (seconds: number): string =>
  seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const SOURCE = {
  app: 'i appen',
  code: 'med en kod på telefonen',
  phone: 'med en knapp på telefonen',
  calendar: 'av kalendern',
  colleague: 'av en kollega',
  schedule: 'av schemat',
  menu: 'i röstmenyn',
  admin: 'av administratören',
} as const;

const FORWARD = {
  always: 'medflyttning av alla samtal',
  busy: 'medflyttning vid upptaget',
  'no-answer': 'medflyttning vid inget svar',
  unreachable: 'medflyttning när ingen telefon nås',
} as const;

const UNANSWERED = {
  busy: 'Alla telefoner var upptagna',
  'no-answer': 'Ingen svarade',
  unreachable: 'Ingen telefon kunde nås',
} as const;

const BARRED: Readonly<Record<Barred, string>> = {
  'none-outside': 'personen får inte ringa ut',
  'domestic-only': 'personen får inte ringa utomlands eller till betalnummer',
  'off-hours': 'personen får inte ringa dit utanför arbetstid',
  premium: 'personen får inte ringa betalnummer',
  country: 'organisationen ringer inte till det landet',
  'at-once': 'personen har så många samtal ut som är tillåtet',
  'domestic-an-hour':
    'personen har ringt ut inom landet så många gånger på en timme som är tillåtet',
  'abroad-an-hour': 'personen har ringt utomlands så många gånger på en timme som är tillåtet',
  'premium-an-hour': 'personen har ringt betalnummer så många gånger på en timme som är tillåtet',
  'all-at-once': 'organisationen har så många samtal ut som är tillåtet',
  'all-domestic-an-hour':
    'organisationen har ringt ut inom landet så många gånger på en timme som är tillåtet',
  'all-abroad-an-hour':
    'organisationen har ringt utomlands så många gånger på en timme som är tillåtet',
  'all-premium-an-hour':
    'organisationen har ringt betalnummer så många gånger på en timme som är tillåtet',
};

const REFUSED = {
  403: 'Samtalet släpptes inte fram.',
  404: 'Numret finns inte här.',
  480: 'Den som ringde fick höra att ingen svarar.',
  486: 'Den som ringde fick upptaget.',
  503: 'Det fanns ingen förbindelse utåt.',
} as const;

const BLOCKED: Readonly<Partial<Record<Plan['kind'], string>>> = {
  refuse: 'avvisades',
  silence: 'hörde bara ringsignaler',
  unheard: 'fick tala in ett meddelande som ingen får veta av',
};

const DEVICE: Readonly<Partial<Record<string, string>>> = {
  app: 'appen',
  desk: 'bordstelefonen',
  mobile: 'mobilen',
};
