import { commandLineToken } from '../common/db/api-tokens.ts';
import { systemClock } from '../common/time.ts';
import { type Command, done, type Invocation, type Outcome, refused } from './command.ts';
import { printable } from './print.ts';
import { untilSignal } from './start/signal.ts';
import { ORG } from './users.ts';
import { followEvents } from './watch/follow.ts';
import { cellsOf, createSwitchboard, painted } from './watch/switchboard.ts';
import { inOrganisation } from './workplace.ts';

export const watchCommand: Command = {
  words: 'watch',
  summary: 'show everybody’s line and status, live; in a pipe a line for each change',
  takes: [],
  options: {
    with: { summary: 'and with whom they speak' },
    for: { value: '<seconds>', summary: 'ends by itself' },
    org: ORG,
  },
  run: watch,
};

/**
 * On a terminal the switchboard, painted anew with every change and every second;
 * in a pipe a line for each change; with `--json` each event as one line of JSON.
 */
async function watch(invocation: Invocation): Promise<Outcome> {
  const ready = await tokenFor(invocation);
  if (!('token' in ready)) return ready;
  const { port, token } = ready;
  const stopping = new AbortController();
  const stop = () => {
    stopping.abort();
  };
  const limit = Number(invocation.values.get('for') ?? 0);
  const alarm = limit > 0 ? setTimeout(stop, limit * 1_000) : undefined;
  void untilSignal().then(stop);

  const show = showOn(invocation);
  const tick = setInterval(show.tick, 1_000);
  try {
    const status = await followEvents({ port, token, signal: stopping.signal, ...show });
    return status === undefined
      ? done(undefined, '')
      : refused('refused', `the daemon refuses to tell of its events (${status})`);
  } finally {
    clearInterval(tick);
    clearTimeout(alarm);
  }
}

async function tokenFor(
  invocation: Invocation,
): Promise<Outcome | { readonly token: string; readonly port: number }> {
  let ready: { readonly token: string; readonly port: number } | undefined;
  const outcome = await inOrganisation(invocation, async ({ id }, { db, box, now, config }) => {
    ready = { token: await commandLineToken(db, box, id, now), port: config.ports.http };
    return done(undefined, '');
  });
  return ready ?? outcome;
}

function showOn({ stdout, stderr, json, switches }: Invocation) {
  const board = createSwitchboard();
  const withWhom = switches.has('with');
  const paints = stdout.isTTY === true && !json;
  let state: 'connected' | 'away' | 'waiting' = 'waiting';

  function paint(): void {
    const head = state === 'connected' ? '' : 'vaxel-daemon is away; what follows is as it was\n';
    const text = head + painted(board.lines(), systemClock(), withWhom);
    const lines = text.split('\n').slice(0, (stdout.rows ?? 50) - 1);
    // Each line is wiped to its end and what is below them too, so nothing flickers (ECMA-48 §8.3.39, §8.3.41).
    stdout.write(`\u001b[H${lines.map((line) => `${line}\u001b[K\n`).join('')}\u001b[J`);
  }

  return {
    tick: () => {
      if (paints) paint();
    },
    onState(now: 'connected' | 'away') {
      if (now === state) return;
      state = now;
      if (paints) paint();
      else if (now === 'away') stderr.write('vaxel-daemon is away\n');
    },
    onEvent({ event, data }: { readonly event: string; readonly data: string }) {
      const read: unknown = JSON.parse(data);
      const changed = board.take(event, read);
      if (paints) paint();
      else if (json) stdout.write(`${JSON.stringify({ event, data: hideWhom(read, withWhom) })}\n`);
      else if (changed !== undefined) {
        const cells = cellsOf(changed, systemClock(), withWhom).filter((text) => text !== '');
        stdout.write(
          `${printable([new Date(systemClock()).toISOString(), ...cells].join('  '))}\n`,
        );
      }
    },
  };
}

/** With whom people speak is shown to who asks for it, and not by the way. */
function hideWhom(data: unknown, withWhom: boolean): unknown {
  if (withWhom) return data;
  return JSON.parse(
    JSON.stringify(data, (name, value: unknown) =>
      name === 'calls' || name === 'with' ? undefined : value,
    ),
  );
}
