import { VaxelError } from '../../common/errors.ts';
import type { Log } from '../../common/log.ts';
import { readExtension } from '../../common/phone-number.ts';
import type { MailboxEvent } from '../call/event.ts';
import type { EslConnection } from '../esl/connection.ts';
import type { Directory, User } from '../routing/directory.ts';

export type MessagesWaiting = Extract<MailboxEvent, { kind: 'messages-waiting' }>;

export interface MessageLampsDeps {
  readonly directory: () => Directory;
  /** `undefined` while there is no FreeSWITCH to command. */
  readonly control: () => Pick<EslConnection, 'api' | 'send'> | undefined;
  readonly log: Log;
}

/**
 * Lights the message lamp of phones that subscribe to their own account.
 *
 * A message lies in the mailbox of a person, `100@anka.example`; a phone
 * registers, and subscribes, as `100-app@anka.example`. Those that only register
 * are told without us (`mwi-account` in the directory), but mod_sofia knows no
 * such thing for a subscription: mod_voicemail answers that this account has no
 * messages. We say the truth after it.
 */
export function keepMessageLamps({ directory, control, log }: MessageLampsDeps): {
  note(event: MessagesWaiting): void;
} {
  async function tellAll(event: MessagesWaiting): Promise<void> {
    const { user, domain, tells } = event;
    if (tells === 'one-registered') return;
    const { organisations, accounts } = directory();
    const extension = readExtension(user);
    const owner = extension && organisations.get(domain)?.users.get(extension);
    const freeswitch = control();
    if (freeswitch === undefined) return;
    if (tells === 'all' && owner !== undefined) {
      for (const username of usernames(owner)) {
        await freeswitch.send('sendevent MESSAGE_WAITING', lamp(username, domain, event));
      }
      return;
    }
    const account = tells === 'one-subscribed' ? accounts.get(`${user}@${domain}`) : undefined;
    if (account === undefined) return;
    const mailbox = `${account.user.extension}@${domain}`;
    const counts = readCounts(await freeswitch.api(`vm_boxcount ${mailbox}|all`));
    // Without a message, what mod_voicemail said was right.
    if (counts === undefined || counts.fresh + counts.old === 0) return;
    await freeswitch.send('sendevent MESSAGE_WAITING', lamp(user, domain, counts));
  }

  return {
    note: (event) => {
      tellAll(event).catch((err: unknown) => {
        if (!(err instanceof VaxelError)) throw err;
        log.warn({ err }, 'a message lamp could not be told');
      });
    },
  };
}

interface Counts {
  readonly fresh: number;
  readonly old: number;
}

/** Goes to whoever subscribes to this account: without `sub-call-id` we do not take it for an answer to ourselves. */
const lamp = (username: string, domain: string, { fresh, old }: Counts) => ({
  'MWI-Messages-Waiting': fresh > 0 ? 'yes' : 'no',
  'MWI-Message-Account': `sip:${username}@${domain}`,
  'MWI-Voice-Message': `${fresh}/${old} (0/0)`,
  'Sofia-Profile': 'vaxel',
});

/** New, saved, and of each the urgent: `2:1:0:0` (mod_voicemail.c, `boxcount_api_function`). */
function readCounts(text: string): Counts | undefined {
  const [, fresh, old] = /^(\d{1,6}):(\d{1,6}):/.exec(text) ?? [];
  return fresh === undefined || old === undefined
    ? undefined
    : { fresh: Number(fresh), old: Number(old) };
}

const usernames = ({ devices }: User): readonly string[] =>
  devices.flatMap((device) => (device.kind === 'mobile' ? [] : [device.username]));
