import type { EpochMs } from '../../common/time.ts';
import {
  type ExchangeEvent,
  type FeatureKeyOwner,
  type FeaturePress,
  KEY_FORWARDS,
  type LampAsked,
} from '../call/event.ts';
import { LAMP_KINDS } from '../call/lamp.ts';
import { FORWARDS } from './feature-keys.ts';
import type { EslHeaders } from './headers.ts';
import { type Ignored, ignored } from './ignored.ts';
import { isOneOf, readDomain, readSeconds } from './values.ts';

/**
 * A phone has subscribed to a lamp, or has renewed that. `vaxel+100@anka.example` is a person’s,
 * whom presence_map.conf has put under that name; others come as they are on the key.
 */
export function readLampAsked(headers: EslHeaders, at: EpochMs): LampAsked | Ignored {
  const to = /^([a-z]+)\+([\w.*-]{1,64})@(.+)$/.exec(headers['to'] ?? '');
  const [proto, name, domain] = [to?.[1], to?.[2], readDomain(to?.[3])];
  const subscription = headers['sub-call-id'];
  if (!isOneOf(LAMP_KINDS, proto) || name === undefined || domain === undefined || !subscription) {
    return ignored(`PRESENCE_PROBE of ${headers['to'] ?? 'nobody'} is not for us`);
  }
  const lamp = { kind: proto, name, domain };
  const watcher = headers['from'] ?? '';
  return {
    kind: 'lamp-asked',
    at,
    lamp,
    subscription,
    watcher,
    expires: readSeconds(headers['expires']),
  };
}

/** What cannot be read counts as a question: the phone is told how things stand. */
export function readFeatureKey(headers: EslHeaders, at: EpochMs): ExchangeEvent | Ignored {
  const { user: username, 'call-id': subscription } = headers;
  const domain = readDomain(headers['host']);
  if (!username || domain === undefined || !isCallId(subscription)) {
    return ignored('PHONE_FEATURE_SUBSCRIBE without user, host or call-id');
  }
  return { kind: 'feature-key', at, username, domain, subscription, press: readPress(headers) };
}

function readPress(headers: EslHeaders): FeaturePress | undefined {
  const on = readFlag(headers['Feature-Enabled']);
  if (on === undefined) return undefined;
  switch (headers['Feature-Action']) {
    case 'SetDoNotDisturb':
      return { key: 'do-not-disturb', on };
    case 'SetCallForward': {
      const reason = KEY_FORWARDS.find((each) => FORWARDS[each] === headers['Action-Name']);
      const to = (headers['Action-Value'] ?? '').trim();
      return reason && { key: 'forward', reason, on, to };
    }
    default:
      return undefined;
  }
}

/**
 * Whose password was asked for. mod_sofia checks that of the `To`, and only for an event of exactly
 * this name (sofia_presence.c, `sofia_presence_handle_sip_i_subscribe`); in other letters it would be
 * obeyed for anybody's. An account is mapped to a proto of its own (presence_map.conf.xml), so that
 * this event comes at all.
 */
export function readFeatureKeyOwner(headers: EslHeaders, at: EpochMs): FeatureKeyOwner | Ignored {
  const to = /^account\+([\w.-]{1,64})@(.+)$/.exec(headers['to'] ?? '');
  const [username, domain] = [to?.[1], readDomain(to?.[2])];
  const subscription = headers['sub-call-id'];
  const event = headers['proto-specific-event-name'];
  if (event !== 'as-feature-event') return ignored(`${event ?? 'nothing'} of an account`);
  if (username === undefined || domain === undefined || !isCallId(subscription)) {
    return ignored('PRESENCE_PROBE of no account');
  }
  return { kind: 'feature-key-owner', at, username, domain, subscription };
}

const isCallId = (text: string | undefined): text is string => /^[!-~]{1,256}$/.test(text ?? '');

const readFlag = (text: string | undefined): boolean | undefined =>
  text === 'true' ? true : text === 'false' ? false : undefined;
