import { readExtension } from '../../common/phone-number.ts';
import type { LegId } from '../call/event.ts';
import type { CallerSide, MailboxChoice, Question } from '../call/question.ts';
import type { RouteFrame } from './route-frames.ts';
import { decodePercent } from './text.ts';

/** Why a channel is not a question; the call goes on natively. Never thrown. */
export interface Unreadable {
  readonly kind: 'unreadable';
  readonly why: string;
}

/**
 * Reads the channel data that FreeSWITCH answers `connect` with.
 *
 * Total: any frame gives a question or a reason.
 *
 * Source: FreeSWITCH switch_caller.c, `switch_caller_profile_event_set_data`;
 * sofia_reg.c, `sofia_reg_parse_auth` for the `sip_auth_*` variables.
 */
export function readQuestion({ headers }: RouteFrame): Question | Unreadable {
  const read = (name: string): string => decodePercent(headers.get(name) ?? '').trim();

  const leg = read('Unique-ID');
  if (!/^[0-9a-f-]{8,64}$/i.test(leg)) return unreadable('no Unique-ID');
  const dialled = read('Caller-Destination-Number');
  if (dialled === '') return unreadable('no Caller-Destination-Number');
  const from = readSide(read);
  if (from === undefined) return unreadable(`unknown context ${read('Caller-Context')}`);

  return {
    leg: leg as LegId,
    from,
    callerNumber: read('Caller-Caller-ID-Number'),
    callerName: read('Caller-Caller-ID-Name'),
    callerHidden: read('Caller-Privacy-Hide-Number') === 'true',
    dialled,
    mailbox: readMailbox(read),
  };
}

type Read = (name: string) => string;

function readSide(read: Read): CallerSide | undefined {
  const username = read('variable_sip_auth_username');
  const domain = read('variable_sip_auth_realm').toLowerCase();
  switch (read('Caller-Context')) {
    case 'vaxel-devices':
      return username === '' || domain === '' ? undefined : { kind: 'device', username, domain };
    case 'vaxel-trunks':
      return { kind: 'trunk' };
    case 'vaxel-again':
      return username === '' || domain === ''
        ? { kind: 'trunk' }
        : { kind: 'device', username, domain };
    default:
      return undefined;
  }
}

function readMailbox(read: Read): MailboxChoice | undefined {
  if (read('variable_vx_question') !== 'mailbox') return undefined;
  const extension = readExtension(read('variable_vx_mailbox'));
  return extension && { domain: read('variable_vx_domain').toLowerCase(), extension };
}

const unreadable = (why: string): Unreadable => ({ kind: 'unreadable', why });
