import { VaxelError } from '../../common/errors.ts';
import type { Log } from '../../common/log.ts';
import type { Lamp } from '../call/lamp.ts';

export interface CountedDeps {
  /** How many new messages lie in a mailbox, `100@anka.example`; asked once, then `note` tells. */
  readonly newMessages: (mailbox: string) => Promise<number>;
  /** Places of an organisation in which a call waits; `undefined` where FreeSWITCH cannot be asked. */
  readonly parked: (domain: string) => Promise<ReadonlySet<number> | undefined>;
  readonly log: Log;
}

/** What lamps show and FreeSWITCH alone knows, as it last said. */
export interface Counted {
  fresh(mailbox: string): number | undefined;
  isTaken(domain: string, slot: number): boolean;
  note(mailbox: string, count: number): void;
  /** Asks for what this lamp shows. */
  ask(lamp: Lamp): Promise<void>;
}

export function keepCounted({ newMessages, parked, log }: CountedDeps): Counted {
  const fresh = new Map<string, number>();
  const taken = new Map<string, ReadonlySet<number>>();

  return {
    fresh: (mailbox) => fresh.get(mailbox),
    isTaken: (domain, slot) => taken.get(domain)?.has(slot) ?? false,
    note: (mailbox, count) => {
      fresh.set(mailbox, count);
    },
    async ask({ kind, name, domain }) {
      try {
        if (kind === 'voicemail') {
          const mailbox = `${name}@${domain}`;
          fresh.set(mailbox, await newMessages(mailbox));
        }
        if (kind === 'slot') taken.set(domain, (await parked(domain)) ?? taken.get(domain) ?? NONE);
      } catch (err) {
        if (!(err instanceof VaxelError)) throw err;
        log.debug({ err, user: `${name}@${domain}` }, 'what a lamp shows could not be asked');
      }
    },
  };
}

const NONE: ReadonlySet<number> = new Set();
