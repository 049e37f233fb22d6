import { type Arrival, ends } from './arrival.ts';
import type { Routing } from './plan.ts';

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
