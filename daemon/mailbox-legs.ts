import type { Log } from '../common/log.ts';
import type { LegId } from './call/event.ts';
import { openedCommand } from './esl/opened.ts';
import type { MailboxLogin } from './mailbox-locks.ts';

/** What FreeSWITCH is told of a call that stands at a mailbox's door. Nothing of it rejects. */
export interface MailboxLegs {
  /** Who guesses at a PIN is asked no more. */
  turnAway(leg: LegId): Promise<void>;
  /** Who has opened a mailbox may record its greetings. */
  noteOpened(login: MailboxLogin): Promise<void>;
}

export function tellMailboxLegs(
  tell: (command: string) => Promise<unknown>,
  log: Log,
): MailboxLegs {
  return {
    turnAway: async (leg) => {
      await tell(`uuid_transfer ${leg} locked XML vaxel-mailbox`).catch((err: unknown) => {
        log.warn({ err, leg }, 'who guesses at a mailbox could not be turned away');
      });
    },
    noteOpened: async (login) => {
      const command = openedCommand(login);
      if (command === undefined) return;
      await tell(command).catch((err: unknown) => {
        log.warn({ err, leg: login.leg }, 'who has opened a mailbox cannot record greetings');
      });
    },
  };
}
