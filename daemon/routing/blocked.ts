import { after, type Arrival, ends } from './arrival.ts';
import type { FoundContact } from './find-contact.ts';
import type { Routing } from './plan.ts';

/** The contact that the caller is, as one more step of the way. */
export function known(arrival: Arrival, found: FoundContact | undefined): Arrival {
  if (found === undefined) return arrival;
  const { contact, whose } = found;
  const mark = contact.vip ? ', VIP' : contact.blocked ? ', blocked' : '';
  return after(arrival, 'contact', `${contact.name}${mark} (${whose})`);
}

/** No forward, no voicemail lamp and no team ever hears of a blocked caller. */
export function stop(arrival: Arrival): Routing {
  const { organisation, user } = arrival;
  const { language } = user;
  const rule = user.rules.blocked;
  const because = `the caller is blocked: ${BLOCKED[rule]}`;
  switch (rule) {
    case 'busy':
      return ends(arrival, 'block', because, {
        kind: 'refuse',
        sip: 486,
        say: undefined,
        language,
      });
    case 'spoken':
      return ends(arrival, 'block', because, {
        kind: 'refuse',
        sip: 480,
        say: 'refuse-no-answer',
        language,
      });
    case 'silence':
      return ends(arrival, 'block', because, { kind: 'silence' });
    case 'voicemail':
      return ends(arrival, 'block', because, {
        kind: 'unheard',
        domain: organisation.domain,
        mailbox: user.extension,
        language,
        zone: organisation.zone,
      });
  }
}

const BLOCKED = {
  busy: 'hears busy',
  spoken: 'hears that nobody answers',
  silence: 'hears it ring, and nothing rings',
  voicemail: 'may leave a message that nobody is told of',
} as const;
