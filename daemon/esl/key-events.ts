import type { EpochMs } from '../../common/time.ts';
import type { ExchangeEvent, LampAsked } from '../call/event.ts';
import { LAMP_KINDS } from '../call/lamp.ts';
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

/** What a key does that is not ours yet counts as a question: the phone is told how things stand. */
export function readFeatureKey(headers: EslHeaders, at: EpochMs): ExchangeEvent | Ignored {
  const { user: username, 'call-id': subscription } = headers;
  const domain = readDomain(headers['host']);
  if (!username || domain === undefined || !/^[!-~]{1,256}$/.test(subscription ?? '')) {
    return ignored('PHONE_FEATURE_SUBSCRIBE without user, host or call-id');
  }
  const isPressed = headers['Feature-Action'] === 'SetDoNotDisturb';
  const wanted = isPressed ? readFlag(headers['Feature-Enabled']) : undefined;
  return {
    kind: 'feature-key',
    at,
    username,
    domain,
    subscription: subscription ?? '',
    doNotDisturb: wanted,
  };
}

const readFlag = (text: string | undefined): boolean | undefined =>
  text === 'true' ? true : text === 'false' ? false : undefined;
