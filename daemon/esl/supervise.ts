import { setTimeout as sleep } from 'node:timers/promises';
import { hasCode, VaxelError } from '../../common/errors.ts';
import { steadyClock, type Clock } from '../../common/time.ts';
import type { ExchangeEvent, Snapshot } from '../call/event.ts';
import { readEvent } from './adapter.ts';
import { EVENTS, LINE_EVENTS } from './event-names.ts';
import { backoff, PACE, type Pace } from './backoff.ts';
import { connectEsl, type EslConnection, type EslOptions } from './connection.ts';
import type { EslHeaders } from './headers.ts';
import { readEventJson } from './leg-json.ts';
import { takeSnapshot } from './snapshot.ts';

/** `down`: nobody there, or lost; `refused`: it is there and will not have us. */
export type LinkState = 'connecting' | 'up' | 'down' | 'refused';

export interface EslState {
  readonly control: LinkState;
  readonly events: LinkState;
}

/** The part of pino we use. */
export type EslLog = Readonly<
  Record<'debug' | 'info' | 'warn' | 'error', (facts: object, message: string) => void>
>;

export interface SupervisorOptions {
  readonly host: string;
  readonly port: number;
  readonly password: string;
  readonly log: EslLog;
  /** What happened since the last snapshot, in order. */
  readonly onEvent: (event: ExchangeEvent) => void;
  /** After every gap, before the events that follow it. Some of those may be older than it. */
  readonly onSnapshot: (snapshot: Snapshot) => void;
  readonly onState?: (state: EslState) => void;
  /** What was said that is not for us. */
  readonly onIgnored?: () => void;
  /** As `connectEsl` tells it, of both links. */
  readonly onCommand?: EslOptions['onCommand'];
  readonly pace?: Pace;
  readonly random?: () => number;
  readonly clock?: Clock;
  readonly wait?: ((ms: number, signal: AbortSignal) => Promise<void>) | undefined;
}

export interface EslSupervisor {
  /** For commands; `undefined` while there is no FreeSWITCH to command. */
  control(): EslConnection | undefined;
  state(): EslState;
  /** Has FreeSWITCH send now what has happened, as `EslConnection.nudge`. */
  nudge(): void;
  /** Ends both connections, and settles when nothing more will be called. */
  stop(): Promise<void>;
}

/**
 * Keeps two connections to FreeSWITCH alive: one for commands, one for events,
 * as FreeSWITCH delivers no event on a connection that is running a command.
 *
 * On the event connection the subscription comes first and the snapshot after
 * it, so that nothing falls between the two; what arrives meanwhile is handed
 * on after the snapshot. A command is never sent again: who sent it knows best.
 */
export function superviseEsl(options: SupervisorOptions): EslSupervisor {
  const { host, port, password, log, onEvent, onSnapshot, onState, onCommand } = options;
  const {
    pace = PACE,
    random = Math.random,
    clock = steadyClock,
    wait = sleepUnlessStopped,
  } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  let state: EslState = { control: 'connecting', events: 'connecting' };
  let control: EslConnection | undefined;
  let hearing: EslConnection | undefined;
  let coreUuid: string | undefined;
  const said = new Map<keyof EslState, string | undefined>();

  const links = Promise.all([
    keep(
      'control',
      () => connectEsl({ host, port, password, onCommand }),
      async (connection) => {
        control = connection;
        void connection.ended.then(() => (control = undefined));
      },
    ),
    keepEvents(),
  ]);

  function keepEvents(): Promise<void> {
    let held: EslHeaders[] | undefined = [];
    return keep(
      'events',
      () => {
        held = [];
        const hear = (headers: EslHeaders) => {
          if (held === undefined) tell(headers);
          else held.push(headers);
        };
        const events = [...LINE_EVENTS, ...EVENTS];
        const reading = { events, readEvent: readEventJson, onEvent: hear, onCommand };
        return connectEsl({ host, port, password, ...reading });
      },
      async (connection) => {
        const snapshot = await takeSnapshot(connection);
        const restarted = coreUuid !== undefined && coreUuid !== snapshot.coreUuid;
        coreUuid = snapshot.coreUuid;
        if (restarted) log.warn({ port }, 'freeswitch has restarted');
        onSnapshot({ ...snapshot, restarted });
        const missed = held ?? [];
        held = undefined;
        missed.forEach(tell);
        hearing = connection;
        void connection.ended.then(() => (hearing = undefined));
      },
    );
  }

  function tell(headers: EslHeaders): void {
    if (signal.aborted) return;
    const event = readEvent(headers);
    if (event.kind !== 'ignored') {
      onEvent(event);
      return;
    }
    options.onIgnored?.();
    log.debug({ why: event.why }, 'event ignored');
  }

  /** One link through all its connections, until it is stopped. */
  async function keep(
    link: keyof EslState,
    open: () => Promise<EslConnection>,
    ready: (connection: EslConnection) => Promise<void>,
  ): Promise<void> {
    let failed = 0;
    while (!signal.aborted) {
      const why = await live(link, open, ready, () => (failed = 0));
      if (isStopped()) return;
      const refused = why.code === 'ESL_AUTH_REFUSED' || why.code === 'ESL_ADDRESS_REFUSED';
      enter(link, refused ? 'refused' : 'down', why);
      await wait(refused ? pace.refusedMs : backoff(failed, pace, random()), signal);
      failed += 1;
    }
  }

  /** One connection, from its attempt to its end; gives why it ended. */
  async function live(
    link: keyof EslState,
    open: () => Promise<EslConnection>,
    ready: (connection: EslConnection) => Promise<void>,
    lasted: () => void,
  ): Promise<VaxelError> {
    let connection;
    try {
      connection = await open();
      const opened = connection;
      const close = () => {
        opened.close();
      };
      signal.addEventListener('abort', close);
      void connection.ended.then(() => {
        signal.removeEventListener('abort', close);
      });
      if (signal.aborted) close();
      await ready(connection);
    } catch (error) {
      connection?.close();
      if (error instanceof VaxelError) return error;
      throw error;
    }
    enter(link, 'up');
    const since = clock();
    await watch(connection);
    // A FreeSWITCH that accepts and drops us at once must not be asked five times a second.
    if (clock() - since >= pace.ceilingMs) lasted();
    return connection.ended;
  }

  /** Looks now and then whether FreeSWITCH answers; twice no answer is the end. */
  async function watch(connection: EslConnection): Promise<void> {
    const over = new AbortController();
    void connection.ended.then(() => {
      over.abort();
    });
    for (let misses = 0; misses < 2;) {
      await sleepUnlessStopped(pace.pingMs, over.signal);
      if (over.signal.aborted) return;
      misses = (await answers(connection, pace.pingMs)) ? 0 : misses + 1;
    }
    log.warn({ port }, 'freeswitch does not answer');
    connection.close();
  }

  /** Says a change of state, or another reason for the same, once, however often it is tried. */
  function enter(link: keyof EslState, to: LinkState, why?: VaxelError): void {
    if (state[link] === to && said.get(link) === why?.code) return;
    said.set(link, why?.code);
    state = { ...state, [link]: to };
    const facts = { link, port, code: why?.code, why: why?.message };
    const other = link === 'control' ? 'events' : 'control';
    // Both links are refused for one reason, and one person has one thing to do.
    if (to === 'refused' && state[other] === to) log.debug(facts, 'freeswitch refuses us');
    else if (to === 'refused') log.error(facts, REMEDY[why?.code ?? ''] ?? 'freeswitch refuses us');
    else if (to === 'down') log.warn(facts, 'freeswitch is out of reach');
    else log.info({ link, port }, 'freeswitch is connected');
    onState?.(state);
  }

  const isStopped = () => signal.aborted;

  return {
    control: () => control,
    state: () => state,
    nudge: () => hearing?.nudge(),
    async stop() {
      stopping.abort();
      await links;
    },
  };
}

/** True where FreeSWITCH answered anything, a refusal too. */
async function answers(connection: EslConnection, withinMs: number): Promise<boolean> {
  try {
    await connection.api('uptime', withinMs);
    return true;
  } catch (error) {
    return hasCode(error, 'ESL_COMMAND_FAILED');
  }
}

async function sleepUnlessStopped(ms: number, signal: AbortSignal): Promise<void> {
  // An aborted sleep rejects: being stopped is a way to wake up, not a failure.
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

const REMEDY: Readonly<Record<string, string>> = {
  ESL_AUTH_REFUSED:
    'freeswitch refuses the event socket password: make it equal in event_socket.conf.xml and in our configuration',
  ESL_ADDRESS_REFUSED:
    'freeswitch refuses our address: allow it in apply-inbound-acl of event_socket.conf.xml',
};
