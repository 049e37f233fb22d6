import type { Directory } from '../routing/directory.ts';
import type { Tell } from './publish.ts';
import { readRegistrations, REGISTRATIONS_COMMAND } from './registrations.ts';

/** Ends the registrations of accounts that were removed while nobody was there to do it. */
export async function endStrangers(directory: Directory, tell: Tell): Promise<void> {
  for (const { username, domain } of readRegistrations(await tell(REGISTRATIONS_COMMAND))) {
    const account = `${username}@${domain}`;
    if (directory.accounts.has(account) || !/^[\w.+-]+@[\w.-]+$/.test(account)) continue;
    await tell(`sofia profile vaxel flush_inbound_reg ${account}`);
  }
}
