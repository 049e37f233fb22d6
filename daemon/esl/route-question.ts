import { readExtension } from '../../common/phone-number.ts';
import type { LegId } from '../call/event.ts';
import type { Again, CallerSide, Question, Unanswered } from '../call/question.ts';
import { readDiverted } from './diverted.ts';
import { readIdentity } from './identity.ts';
import { readMenu } from './menu-text.ts';
import { SHOWN_NUMBERS } from '../../common/shown-number.ts';
import type { RouteConversation } from './route-conversation.ts';
import { readHeaders } from './route-frames.ts';
import { decodePercent, readText } from './text.ts';

/** Why a channel is not a question; the call goes on natively. Never thrown. */
export interface Unreadable {
  readonly kind: 'unreadable';
  readonly why: string;
}

/**
 * Takes the question from a socket that FreeSWITCH has just opened.
 *
 * Never with `connect`, which is what everybody sends first: it parks the call,
 * and a parked call without media looks up every 20 ms only (switch_ivr.c,
 * `switch_ivr_park`). Before it, FreeSWITCH looks every millisecond
 * (mod_event_socket.c, `socket_function`).
 *
 * @throws {VaxelError} as `ask` does.
 */
export async function takeQuestion(
  conversation: RouteConversation,
): Promise<Question | Unreadable> {
  // FreeSWITCH leaves the first command of a socket unanswered (`listener_run`): it is said twice.
  const [named] = await conversation.ask(['getvar uuid', 'getvar uuid'], 1);
  const leg = named?.text ?? '';
  if (!LEG.test(leg)) return unreadable('no uuid');
  const [dump] = await conversation.ask([`api uuid_dump ${leg}`]);
  return readQuestion(readHeaders(readText(dump?.frame.body ?? Buffer.alloc(0))));
}

/**
 * Reads the channel data that FreeSWITCH answers `uuid_dump` with.
 *
 * Total: any headers give a question or a reason.
 *
 * Source: FreeSWITCH switch_caller.c, `switch_caller_profile_event_set_data`;
 * sofia_reg.c, `sofia_reg_parse_auth` for the `sip_auth_*` variables.
 */
export function readQuestion(headers: ReadonlyMap<string, string>): Question | Unreadable {
  const read = (name: string): string => decodePercent(headers.get(name) ?? '').trim();

  const leg = read('Unique-ID');
  if (!LEG.test(leg)) return unreadable('no Unique-ID');
  const dialled = read('Caller-Destination-Number');
  if (dialled === '') return unreadable('no Caller-Destination-Number');
  const from = readSide(read);
  if (from === undefined) return unreadable(`unknown context ${read('Caller-Context')}`);

  const diverted =
    from.kind === 'trunk'
      ? readDiverted(read('variable_sip_i_diversion'), read('variable_sip_history_info'))
      : undefined;

  const identity = from.kind === 'trunk' ? readIdentity(read) : undefined;
  const opened = read('variable_vx_opened');
  const shows = SHOWN_NUMBERS.find((each) => each === read('variable_vx_shows'));

  return {
    leg: leg as LegId,
    from,
    callerNumber: read('Caller-Caller-ID-Number'),
    callerName: read('Caller-Caller-ID-Name'),
    callerHidden: read('Caller-Privacy-Hide-Number') === 'true',
    ...(identity && { identity }),
    ...(diverted && { diverted }),
    dialled,
    ...(shows && { shows }),
    ...(opened !== '' && { opened }),
    again: readAgain(read),
  };
}

const LEG = /^[0-9a-f-]{8,64}$/i;

type Read = (name: string) => string;

function readSide(read: Read): CallerSide | undefined {
  const username = read('variable_sip_auth_username');
  const domain = read('variable_sip_auth_realm').toLowerCase();
  const trunk = { kind: 'trunk', address: read('variable_sip_network_ip') } as const;
  switch (read('Caller-Context')) {
    case 'vaxel-devices':
      return username === '' || domain === '' ? undefined : { kind: 'device', username, domain };
    case 'vaxel-trunks':
      return trunk;
    case 'vaxel-again':
      return username === '' || domain === '' ? trunk : { kind: 'device', username, domain };
    default:
      return undefined;
  }
}

function readAgain(read: Read): Again | undefined {
  if (read('Caller-Context') !== 'vaxel-again') return undefined;
  const extension = readExtension(read('variable_vx_mailbox'));
  if (extension === undefined) return undefined;
  const callee = { domain: read('variable_vx_domain').toLowerCase(), extension };
  const via = read('variable_vx_via')
    .split('-')
    .flatMap((text) => readExtension(text) ?? []);
  switch (read('variable_vx_question')) {
    case 'mailbox':
      return { kind: 'mailbox', ...callee };
    case 'unanswered':
      return {
        kind: 'unanswered',
        why: readWhy(read('variable_originate_disposition')),
        via,
        ...callee,
      };
    case 'menu':
      return {
        kind: 'menu',
        asked: readMenu(read('variable_vx_menu')),
        digits: read('variable_vx_digits'),
        ...callee,
      };
    case 'choice':
      return { kind: 'choice', digit: read('variable_vx_digit'), via, ...callee };
    default:
      return undefined;
  }
}

/** Source: switch_ivr_originate.c; of a fork it is the cause of the leg that said most. */
function readWhy(disposition: string): Unanswered {
  switch (disposition) {
    case 'USER_BUSY':
    case 'CALL_REJECTED':
      return 'busy';
    case 'USER_NOT_REGISTERED':
    case 'SUBSCRIBER_ABSENT':
    case 'NETWORK_OUT_OF_ORDER':
    case 'NORMAL_TEMPORARY_FAILURE':
    case 'RECOVERY_ON_TIMER_EXPIRE':
    case 'UNALLOCATED_NUMBER':
    case 'DESTINATION_OUT_OF_ORDER':
      return 'unreachable';
    default:
      return 'no-answer';
  }
}

const unreadable = (why: string): Unreadable => ({ kind: 'unreadable', why });
