import { readExtension } from '../../common/phone-number.ts';
import type { MailboxEvent } from '../call/event.ts';
import { word } from './dial-string.ts';

/**
 * Writes on a call that it has opened a mailbox: with its PIN, or from its owner's
 * device. mod_voicemail tells of it in an event and leaves nothing on the channel.
 *
 * @returns undefined where it has not.
 */
export function openedCommand({
  leg,
  success,
  user,
  domain,
}: Extract<MailboxEvent, { kind: 'mailbox-login' }>): string | undefined {
  const extension = readExtension(user);
  if (!success || extension === undefined || leg === '') return undefined;
  return `uuid_setvar ${word(leg)} vx_opened ${word(extension)}@${word(domain)}`;
}
