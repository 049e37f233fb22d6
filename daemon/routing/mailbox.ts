import type { EpochMs } from '../../common/time.ts';
import type { Callee } from '../call/question.ts';
import type { Directory, Organisation, User } from './directory.ts';
import type { Routing } from './plan.ts';
import type { TraceStep } from './trace.ts';
import type { MailboxLocks } from './world.ts';

/** Somebody who is not at one of its owner's devices wants into a mailbox: the PIN is asked for. */
export function openMailbox(
  { domain, extension }: Callee,
  directory: Directory,
  locks: MailboxLocks,
  now: EpochMs,
): Routing {
  const organisation = directory.organisations.get(domain);
  const user = organisation?.users.get(extension);
  if (organisation === undefined || user === undefined) {
    // Said as if the mailbox were locked: who guesses learns nothing of which extensions exist.
    return {
      plan: {
        kind: 'refuse',
        sip: 403,
        say: 'refuse-locked',
        language: organisation?.language ?? 'sv',
      },
      trace: [{ rule: 'mailbox', because: `${extension} has none` }],
      effects: [],
    };
  }
  return mailboxWithPin(organisation, user, locks, now);
}

export function mailboxWithPin(
  organisation: Organisation,
  user: User,
  locks: MailboxLocks,
  now: EpochMs,
): Routing {
  const { language, extension } = user;
  const lockedUntil = locks.get(user.id);
  if (lockedUntil !== undefined && lockedUntil > now) {
    const seconds = Math.ceil((lockedUntil - now) / 1000);
    return {
      plan: { kind: 'refuse', sip: 403, say: 'refuse-locked', language },
      trace: [step(`${extension} was guessed at and is closed for ${seconds} s more`)],
      effects: [],
    };
  }
  return {
    plan: {
      kind: 'mailbox',
      domain: organisation.domain,
      mailbox: extension,
      pin: 'asked',
      language,
      zone: organisation.zone,
    },
    trace: [step(`${extension}, with its PIN`)],
    effects: [],
  };
}

const step = (because: string): TraceStep => ({ rule: 'mailbox', because });
