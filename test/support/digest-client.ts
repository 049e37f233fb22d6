import type { Answer, Ask, ProvisioningRig } from './provisioning-rig.ts';
import { digestFacts, digestResponse } from './sip/digest.ts';

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** The answer a phone gives to a challenge, with any part of it changed. */
export function digestHeader(
  challenge: string,
  { username, password }: Login,
  {
    method = 'GET',
    uri,
    count = '00000001',
  }: Readonly<Record<'uri', string>> & {
    readonly method?: string;
    readonly count?: string;
  },
): string {
  const facts = digestFacts(challenge);
  const realm = facts.get('realm') ?? '';
  const nonce = facts.get('nonce') ?? '';
  const cnonce = 'f2a09d7c';
  const response = digestResponse({
    ...{ username, password, realm, nonce, method, uri, qop: 'auth', cnonce, count },
  });
  return (
    `Digest username="${username}", realm="${realm}", nonce="${nonce}", uri="${uri}", ` +
    `response="${response}", algorithm=MD5, qop=auth, nc=${count}, cnonce="${cnonce}"`
  );
}

/** Asks as phones do: first without a word of who it is, then with it. */
export async function askWithDigest(
  rig: Pick<ProvisioningRig, 'ask'>,
  path: string,
  login: Login,
  how: Ask = {},
): Promise<Answer> {
  const first = await rig.ask(path, how);
  if (first.status !== 401) return first;
  const { method = 'GET' } = how;
  const Authorization = digestHeader(String(first.headers['www-authenticate']), login, {
    ...{ method, uri: path },
  });
  return rig.ask(path, { ...how, headers: { ...how.headers, Authorization } });
}
