import type { Identity } from '../call/question.ts';
import { entriesOf, headersOf, userOf } from './diverted.ts';

/**
 * Who calls, as each header has it. FreeSWITCH shows one of them (P-Preferred-Identity,
 * P-Asserted-Identity, Remote-Party-ID, From, in this order), whoever wrote it, and keeps all
 * (sofia.c, `sofia_handle_sip_i_invite`).
 */
export function readIdentity(read: (name: string) => string): Identity {
  const asserted =
    firstUser(read('variable_sip_i_p_asserted_identity')) ??
    (read('variable_sip_P-Asserted-Identity') || undefined);
  const remoteParty = firstUser(read('variable_sip_Remote-Party-ID'));
  return {
    ...(asserted !== undefined && { asserted }),
    ...(remoteParty !== undefined && { remoteParty }),
    from: read('variable_sip_from_user'),
  };
}

const firstUser = (headers: string): string | undefined =>
  headersOf(headers)
    .flatMap(entriesOf)
    .map(userOf)
    .find((user) => user !== '');
