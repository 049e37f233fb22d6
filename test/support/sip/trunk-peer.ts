import { type Address, readAddress } from './address.ts';
import { type Agent, type AgentOptions, createAgent } from './agent.ts';
import { type Behaviour, rings } from './behaviours.ts';
import type { IncomingCall } from './incoming-call.ts';
import { header, type SipMessage } from './message.ts';

/** What a call to the public network said about itself. */
export interface Seen {
  readonly call: IncomingCall;
  /** The user part of the R-URI, and all of it. */
  readonly dialled: string;
  readonly uri: string;
  readonly from: Address;
  readonly to: Address;
  readonly assertedIdentity: Address | undefined;
  readonly privacy: string;
  readonly diversion: readonly string[];
}

/** The other end of a trunk: takes calls without registration and notes what it was shown. */
export interface TrunkPeer extends Agent {
  /** Oldest first. */
  readonly seen: readonly Seen[];
  /** What it does with every call from now on, or with those to one number; it rings until told. */
  behave(behaviour: Behaviour, dialled?: string): void;
  /**
   * Hears nothing any more, as a carrier that is down; or no OPTIONS, so that it is held for dead; or no INVITE, so that
   * every call finds it out anew. `nothing` brings it back.
   */
  mute(what: 'all' | 'OPTIONS' | 'INVITE' | 'nothing'): void;
}

export async function createTrunkPeer(options: AgentOptions): Promise<TrunkPeer> {
  const agent = await createAgent(options);
  const seen: Seen[] = [];
  const behaviours = new Map<string, Behaviour>();
  let usual: Behaviour = rings;

  agent.onCall((call) => {
    const asserted = call.headers('P-Asserted-Identity')[0];
    const dialled = call.invite.uri.replace(/^sips?:([^@;]*).*$/s, '$1');
    seen.push({
      call,
      dialled,
      uri: call.invite.uri,
      from: call.from,
      to: call.to,
      assertedIdentity:
        asserted === undefined ? undefined : readAddress(header('P-Asserted-Identity', asserted)),
      privacy: call.header('Privacy'),
      diversion: call.headers('Diversion'),
    });
    return (behaviours.get(dialled) ?? usual)(call);
  });

  return {
    ...agent,
    seen,
    behave(behaviour, dialled) {
      if (dialled === undefined) usual = behaviour;
      else behaviours.set(dialled, behaviour);
    },
    mute(what) {
      const asks = (message: SipMessage): boolean => 'method' in message && message.method === what;
      agent.drop(what === 'nothing' ? undefined : what === 'all' ? () => true : asks);
    },
  };
}
