import { create } from 'xmlbuilder2';
import { eachInTurns } from '../../common/in-turns.ts';
import type { Registration } from '../status.ts';

/** The command whose answer `readRegistrations` reads. */
export const REGISTRATIONS_COMMAND = 'sofia xmlstatus profile vaxel reg';

/**
 * Reads `sofia xmlstatus profile … reg` (mod_sofia.c, `show_reg_callback_xml`).
 * @returns nobody where the answer is not that document.
 */
export function readRegistrations(xml: string): readonly Registration[] {
  try {
    const rows: Registration[] = [];
    create(xml).each(
      (node) => {
        if (node.node.nodeName !== 'registration') return;
        const field = new Map<string, string>();
        node.each((child) => field.set(child.node.nodeName, child.node.textContent ?? ''));
        const [username = '', domain = ''] = (field.get('user') ?? '').split('@');
        rows.push({
          username,
          domain,
          contact: field.get('contact') ?? '',
          agent: field.get('agent') ?? '',
          address: `${field.get('network-ip') ?? ''}:${field.get('network-port') ?? ''}`,
        });
      },
      false,
      true,
    );
    return rows;
  } catch {
    return [];
  }
}

/**
 * Who is registered, by `username@domain`, and no more: of ten thousand, a slice at a time,
 * where a document of as many would stop the event loop.
 *
 * @returns undefined where the answer is not that document: a FreeSWITCH that is starting hears commands
 * before its profile is there, and says `Invalid Profile!`.
 */
export async function readAccounts(xml: string): Promise<ReadonlySet<string> | undefined> {
  if (!xml.trimEnd().endsWith('</profile>')) return undefined;
  const accounts = new Set<string>();
  await eachInTurns(xml.matchAll(/<user>([^<@]+)@([^<]+)<\/user>/g), ([, username, domain]) => {
    accounts.add(`${username ?? ''}@${(domain ?? '').toLowerCase()}`);
  });
  return accounts;
}
