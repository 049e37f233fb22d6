import type { KeyForward } from '../call/event.ts';
import type { Seconds } from '../../common/time.ts';

/** Whose phones are told: all that subscribe to the account, or the one whose subscription is named. */
export interface FeatureSubscriber {
  readonly username: string;
  readonly domain: string;
  readonly subscription?: string | undefined;
}

/** What a forward key of a phone shows. */
export interface ForwardShown {
  readonly reason: KeyForward;
  readonly on: boolean;
  /** As a phone would dial it; of one that is off, where it went last. Empty where it never went anywhere. */
  readonly to: string;
  /** How long the devices ring before `no-answer`. */
  readonly ringFor: Seconds;
}

/**
 * What has FreeSWITCH tell phones how their Do Not Disturb stands: the headers
 * of a `sendevent PHONE_FEATURE`.
 *
 * Source: mod_sofia.c, `general_event_handler` and `write_csta_xml_chunk`.
 */
export const doNotDisturbIs = (on: boolean, whom: FeatureSubscriber): FeatureHeaders => ({
  ...addressed(whom),
  'Feature-Event': 'DoNotDisturbEvent',
  doNotDisturbOn: String(on),
});

/** The same of a forward. mod_sofia writes the target into XML as it is. */
export function forwardIs(shown: ForwardShown, whom: FeatureSubscriber): FeatureHeaders {
  const { reason, on, to, ringFor } = shown;
  if (!/^[+\d*#]{0,32}$/.test(to)) throw new Error(`not to be shown on a phone: ${to}`);
  const name = FORWARDS[reason];
  return {
    ...addressed(whom),
    'Feature-Event': 'ForwardingEvent',
    [name]: to === '' ? NOWHERE : to,
    [`${name}_enabled`]: String(on),
    ...(reason === 'no-answer' && { ringCount: String(ringsIn(ringFor)) }),
  };
}

type FeatureHeaders = Readonly<Record<string, string>>;

const addressed = ({ username, domain, subscription }: FeatureSubscriber): FeatureHeaders => ({
  profile: 'vaxel',
  user: username,
  host: domain,
  ...(subscription === undefined ? {} : { 'call-id': subscription }),
  device: username,
});

/** As mod_sofia names them, when a phone presses and when it is told. */
export const FORWARDS: Readonly<Record<KeyForward, string>> = {
  always: 'forward_immediate',
  busy: 'forward_busy',
  'no-answer': 'forward_no_answer',
};

/**
 * By this header mod_sofia knows which forward it is, and an event keeps no header that is
 * empty (switch_event.c, `switch_event_base_add_header`). Around text, XML takes it for nothing.
 */
const NOWHERE = '\t';

/** A ring and the pause after it take six seconds; phones count to twenty. */
const ringsIn = (ringFor: Seconds): number =>
  Math.min(20, Math.max(1, Math.round(ringFor / SECONDS_A_RING)));

const SECONDS_A_RING = 6;
