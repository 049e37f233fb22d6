import type { ExchangeEvent, LegId, Registration } from './call/event.ts';
import type { FeatureKeys } from './feature-keys/keep-feature-keys.ts';
import type { Fallback } from './freeswitch/fallback.ts';
import type { Lamps } from './lamps/keep-lamps.ts';
import type { MessagesWaiting } from './lamps/messages.ts';
import type { MailboxGuard } from './mailbox-locks.ts';
import type { MailboxLegs } from './mailbox-legs.ts';
import type { Meters } from './metrics/meters.ts';
import type { ClientApi } from './open-api.ts';
import type { Answering } from './open-answering.ts';
import type { RecordedNames } from './recorded-names.ts';
import type { Directory } from './routing/directory.ts';

/** Everybody whom something that FreeSWITCH tells of concerns. */
export interface Hearers {
  readonly directory: () => Directory;
  readonly meters: Pick<Meters, 'event'>;
  readonly locks: Pick<MailboxGuard, 'note'>;
  readonly mailboxLegs: Pick<MailboxLegs, 'noteOpened'>;
  readonly messageLamps: { note(event: MessagesWaiting): void };
  readonly lamps: Pick<Lamps, 'messages'>;
  readonly names: Pick<RecordedNames, 'note'>;
  readonly fallback: Pick<Fallback, 'again'>;
  readonly devices: { note(registration: Registration): void };
  readonly featureKeys: Pick<FeatureKeys, 'note'>;
  readonly api: Pick<ClientApi, 'note'>;
  readonly live: { note(event: ExchangeEvent): void };
  readonly answering: Pick<Answering, 'legEnded'>;
  readonly spent: { legEnded(leg: LegId): void };
}

/** Tells each of them of its own; the API and the lines hear everything. */
export function hearEvents(to: Hearers): (event: ExchangeEvent) => void {
  return (event) => {
    to.meters.event(event);
    switch (event.kind) {
      case 'mailbox-login':
        to.locks.note(event, to.directory());
        void to.mailboxLegs.noteOpened(event);
        break;
      case 'messages-waiting':
        to.messageLamps.note(event);
        to.lamps.messages(`${event.user}@${event.domain}`, event.fresh);
        break;
      case 'mailbox-changed':
        void to.names.note(event).then(() => {
          to.fallback.again();
        });
        break;
      case 'registered':
        to.devices.note(event);
        break;
      case 'feature-key':
      case 'feature-key-owner':
        to.featureKeys.note(event);
        break;
      default:
    }
    to.api.note(event);
    to.live.note(event);
    // Last: by now the lines know that it is over.
    if (event.kind === 'leg-ended') {
      to.answering.legEnded();
      to.spent.legEnded(event.leg);
    }
  };
}
