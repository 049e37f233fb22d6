import Database from 'better-sqlite3';
import type { OutgoingCall } from '../../test/support/sip/outgoing-call.ts';

/** A call as its caller's telephone knows it. */
export interface Placed {
  readonly at: number;
  /** The account's name, or a number of the public network. */
  readonly caller: string;
  /** Whom it is for, in every way that the log may say it. */
  readonly callee: readonly string[];
  /** Undefined where it could not even be placed. */
  call?: OutgoingCall;
  /** The account of the telephone that took it. */
  takenBy?: string;
}

/** A call as the log has it. */
export interface Logged {
  readonly leg: string;
  readonly at: number;
  readonly caller: string;
  /** All that it says of whom the call was for. A call that the daemon did not decide, and that went to a mailbox, says nothing. */
  readonly callee: readonly string[];
  readonly answered: boolean;
  readonly cause: string;
  readonly takenBy: readonly string[];
}

/** What SIP says of calls that the log does not, and the other way round; empty where each is there once, as it went. */
export function compare(placed: readonly Placed[], logged: readonly Logged[]): readonly string[] {
  const left = new Set(logged);
  const complaints: string[] = [];
  for (const one of placed.toSorted((a, b) => a.at - b.at)) {
    const found = [...left].find((other) => isSame(one, other));
    if (found === undefined) complaints.push(`${nameOf(one)} is not in the log`);
    else {
      left.delete(found);
      complaints.push(...differences(one, found));
    }
  }
  for (const { caller, callee, leg } of left) {
    complaints.push(
      `leg ${leg} of ${caller} to ${callee.join(', ')} is in the log, and nobody placed it`,
    );
  }
  return complaints;
}

/** Nobody has two calls at once that could be taken for each other. */
function isSame({ at, caller, callee }: Placed, logged: Logged): boolean {
  if (caller !== logged.caller || logged.at < at - EARLY_MS || logged.at > at + LATE_MS)
    return false;
  return logged.callee.length === 0 || logged.callee.some((each) => callee.includes(each));
}

function differences(placed: Placed, { answered, cause, takenBy }: Logged): readonly string[] {
  const status = placed.call?.finalResponse()?.status;
  const name = nameOf(placed);
  const wasAnswered = status !== undefined && status >= 200 && status < 300;
  return [
    ...(status !== undefined && wasAnswered !== answered
      ? [`${name} ended with ${status}; the log says ${answered ? '' : 'not '}answered, ${cause}`]
      : []),
    ...(status === GIVEN_UP && cause !== 'ORIGINATOR_CANCEL'
      ? [`${name} was given up; the log says ${cause}`]
      : []),
    ...(placed.takenBy !== undefined && !takenBy.includes(placed.takenBy)
      ? [`${name} was taken by ${placed.takenBy}; the log says ${takenBy.join(', ') || 'nobody'}`]
      : []),
  ];
}

const nameOf = ({ at, caller, callee: [to] }: Placed): string =>
  `the call of ${caller} to ${to ?? ''} at ${new Date(at).toISOString()}`;

/** RFC 3261 §21.4.25 */
const GIVEN_UP = 487;
/** Milliseconds: FreeSWITCH's clock is not ours, and an INVITE may be sent again. */
const EARLY_MS = 2_000;
const LATE_MS = 20_000;

/** Every call that came to FreeSWITCH. */
export function readCallLog(file: string): readonly Logged[] {
  const db = new Database(file, { readonly: true });
  const rows = db.prepare(CALLS).all() as readonly Row[];
  const rung = db.prepare(RUNG).all() as readonly Rung[];
  db.close();
  return rows.map(({ leg, at, caller, dialled, answered_at, cause, decided }) => {
    const legs = rung.filter(({ call }) => call === leg);
    // An account's name begins with its person's extension.
    const extensions = legs.map((each) => each.account.replace(/-.*$/, ''));
    const callee = [decided ?? '', dialled, ...extensions].filter((each) => /^\+?\d+$/.test(each));
    return {
      ...{ leg, at, caller, callee: [...new Set(callee)], cause },
      answered: answered_at !== null,
      takenBy: legs.filter(({ taken }) => taken === 1).map(({ account }) => account),
    };
  });
}

const CALLS = `
  select leg, started_at as at, caller, dialled, answered_at, cause,
    (select dialled from decision where decision.leg = call_leg.leg order by id limit 1) as decided
  from call_leg where direction = 'in' order by started_at`;

const RUNG = `
  select call, dialled as account, answered_at is not null as taken
  from call_leg where direction = 'out'`;

interface Row {
  readonly leg: string;
  readonly at: number;
  readonly caller: string;
  readonly dialled: string;
  readonly answered_at: number | null;
  readonly cause: string;
  readonly decided: string | null;
}

interface Rung {
  readonly call: string;
  readonly account: string;
  readonly taken: 0 | 1;
}
