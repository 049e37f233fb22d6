import type { Endpoint } from './address.ts';
import { contactOf, type Core, freshId, freshVia, identity } from './core.ts';
import type { Credentials } from './digest.ts';
import { askOrThrow, exchange, type Question } from './exchange.ts';
import { header, headerText, headerValues, type SipResponse } from './message.ts';

export interface RegisterAs extends Credentials {
  /** The SIP domain; it becomes the R-URI and the host of the address of record. */
  readonly domain: string;
  readonly registrar: Endpoint;
  /** Put behind the Contact's angle brackets: `;+sip.instance="<urn:uuid:…>";reg-id=1`. */
  readonly contactParams?: string;
  /** Instead of our own Contact URI, as for a phone that is not there any more. */
  readonly contactUri?: string;
  /** Seconds; 3600 where left out. Renewed at half that time. */
  readonly expires?: number;
}

export interface Registration {
  /** The last 2xx of the registrar. */
  response(): SipResponse;
  /** All bindings the registrar has for the user, as it wrote them. */
  contacts(): readonly string[];
  refresh(): Promise<void>;
  unregister(): Promise<void>;
}

/** Registers and stays registered (RFC 3261 §10.2). @throws {RefusedError} where the registrar says no. */
export async function register(core: Core, as: RegisterAs): Promise<Registration> {
  const callId = `${freshId()}@${core.local.host}`;
  const { domain, registrar, username, contactParams = '', expires = 3_600 } = as;
  const uri = as.contactUri === undefined ? contactOf(core, username) : `<${as.contactUri}>`;
  const record = `<sip:${username}@${domain}>`;
  let sequence = 0;
  let takeBackRefresh = (): void => undefined;

  const question = (seconds: number): Question => ({
    destination: registrar,
    credentials: as,
    build(authorized) {
      sequence += 1;
      return {
        kind: 'request',
        method: 'REGISTER',
        uri: `sip:${domain}`,
        headers: [
          freshVia(core),
          header('Max-Forwards', '70'),
          header('From', `${record};tag=${freshId()}`),
          header('To', record),
          header('Call-ID', callId),
          header('CSeq', `${sequence} REGISTER`),
          header('Contact', `${uri}${contactParams}`),
          header('Expires', String(seconds)),
          ...identity(core),
          ...authorized,
        ],
        body: Buffer.alloc(0),
      };
    },
  });

  let response = await askOrThrow(core, question(expires), `REGISTER of ${username}`);
  renewLater();

  function renewLater(): void {
    const granted = grantedSeconds(response, uri) ?? expires;
    takeBackRefresh = core.timers.after(granted * 500, () => {
      exchange(core, question(expires), {
        onTimeout: renewLater,
        onResponse(answer) {
          if (answer.status < 200) return;
          if (answer.status < 300) response = answer;
          renewLater();
        },
      });
    });
  }

  return {
    response: () => response,
    contacts: () => headerValues(response, 'Contact'),
    async refresh() {
      takeBackRefresh();
      response = await askOrThrow(core, question(expires), `REGISTER of ${username}`);
      renewLater();
    },
    async unregister() {
      takeBackRefresh();
      response = await askOrThrow(core, question(0), `unregistering of ${username}`);
    },
  };
}

/** What the registrar granted our own contact, in seconds (RFC 3261 §10.2.4). */
function grantedSeconds(response: SipResponse, uri: string): number | undefined {
  const bare = uri.slice(1, -1);
  const ours = headerValues(response, 'Contact').find((contact) => contact.includes(bare));
  const text = /;\s*expires=(\d+)/i.exec(ours ?? '')?.[1] ?? headerText(response, 'Expires');
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
