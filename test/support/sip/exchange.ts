import type { Endpoint } from './address.ts';
import type { Core } from './core.ts';
import { authorization, type Credentials, readChallenge } from './digest.ts';
import { type Header, type SipRequest, type SipResponse, startLine } from './message.ts';

/** A request that may have to be asked twice, the second time with an answer to the challenge. */
export interface Question {
  /** Makes the request anew, with the next CSeq and a fresh branch (RFC 3261 §22.2). */
  readonly build: (authorization: readonly Header[]) => SipRequest;
  readonly destination: Endpoint;
  readonly credentials?: Credentials | undefined;
}

export interface AnswerSink {
  /** @param request - the one answered; after a challenge it is not the first. */
  onResponse(response: SipResponse, request: SipRequest): void;
  onTimeout(): void;
}

/** The other end said no. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly status: number;
  readonly response: SipResponse;

  constructor(what: string, response: SipResponse) {
    super(`${what} was refused with ${response.status} ${response.reason}`);
    this.status = response.status;
    this.response = response;
  }
}

/** Sends, and answers one challenge; another is passed on, unless it says that only the nonce was old. */
export function exchange(core: Core, question: Question, sink: AnswerSink): void {
  const { build, destination, credentials } = question;

  function attempt(request: SipRequest, first: boolean): void {
    core.start(request, destination, {
      onTimeout: () => {
        sink.onTimeout();
      },
      onResponse(response) {
        const challenge = readChallenge(response);
        const again = first || challenge?.stale === true;
        if (challenge === undefined || credentials === undefined || !again) {
          sink.onResponse(response, request);
          return;
        }
        const { method, uri } = request;
        attempt(
          build([authorization(response.status, challenge, credentials, method, uri)]),
          false,
        );
      },
    });
  }

  attempt(build([]), true);
}

/** The final response to a question. Rejects where none comes in 64 × T1. */
export async function ask(core: Core, question: Question): Promise<SipResponse> {
  let final: SipResponse | undefined;
  let silent = false;
  let asked = 'answer';
  const build: Question['build'] = (authorized) => {
    const request = question.build(authorized);
    asked = `answer to ${startLine(request)}`;
    return request;
  };
  exchange(
    core,
    { ...question, build },
    {
      onResponse(response) {
        if (response.status >= 200) final ??= response;
        core.watch.changed();
      },
      onTimeout() {
        silent = true;
        core.watch.changed();
      },
    },
  );
  return core.watch.until(
    () => {
      if (silent) throw new Error('nobody answers');
      return final;
    },
    // The transactions have deadlines of their own, one for each of two attempts.
    { withinMs: 3 * core.lifeMs, what: asked },
  );
}

/** `ask`, where anything but a 2xx is an error. */
export async function askOrThrow(
  core: Core,
  question: Question,
  what: string,
): Promise<SipResponse> {
  const response = await ask(core, question);
  if (response.status >= 300) throw new RefusedError(what, response);
  return response;
}
