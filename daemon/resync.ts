import type { EslConnection } from './esl/connection.ts';

/** A phone that is to fetch its files, by the account of one of its lines. */
export interface Resync {
  readonly username: string;
  readonly domain: string;
  readonly vendor: 'Yealink' | 'Polycom';
  readonly reboot: boolean;
}

/** Total: anything else is undefined. Nothing that is not of this form comes near an ESL header. */
export function readResync(body: unknown): Resync | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { username, domain, vendor, reboot } = body as Readonly<Record<string, unknown>>;
  if (typeof username !== 'string' || !/^[a-z0-9-]{1,64}$/.test(username)) return undefined;
  if (typeof domain !== 'string' || !/^[a-z0-9.-]{1,253}$/.test(domain)) return undefined;
  if (vendor !== 'Yealink' && vendor !== 'Polycom') return undefined;
  return typeof reboot === 'boolean' ? { username, domain, vendor, reboot } : undefined;
}

/**
 * Has FreeSWITCH send a NOTIFY to wherever the account is registered.
 *
 * Yealink reads the parameter of `check-sync`, once it is told to
 * (`sip.notify_reboot_enable = 0`); Polycom knows the bare word, and restarts
 * only where its files demand it. Source: mod_sofia.c, `general_event_handler`,
 * SWITCH_EVENT_NOTIFY.
 */
export async function sendResync(
  control: Pick<EslConnection, 'send'>,
  { username, domain, vendor, reboot }: Resync,
): Promise<void> {
  const event = vendor === 'Polycom' ? 'check-sync' : `check-sync;reboot=${String(reboot)}`;
  await control.send('sendevent NOTIFY', {
    profile: 'vaxel',
    'event-string': event,
    'content-type': 'application/simple-message-summary',
    user: username,
    host: domain,
    'subscription-state': 'active',
  });
}
