import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventStreamReader, type StreamedEvent } from '../../common/event-stream.ts';

export interface FollowOptions {
  readonly port: number;
  readonly token: string;
  readonly signal: AbortSignal;
  readonly onEvent: (event: StreamedEvent) => void;
  /** Whether the daemon is there, each time that changes. */
  readonly onState: (state: 'connected' | 'away') => void;
}

/**
 * Follows the daemon's events until it is told to stop, and comes back where it
 * was after every interruption.
 *
 * @returns the HTTP status of a daemon that will not have us; undefined once stopped.
 */
export async function followEvents(options: FollowOptions): Promise<number | undefined> {
  const { signal, onEvent, onState } = options;
  let last: string | undefined;
  while (!signal.aborted) {
    const refused = await followOnce(options, last, (event) => {
      last = event.id ?? last;
      onEvent(event);
    });
    if (refused !== undefined) return refused;
    if (isStopped(signal)) break;
    onState('away');
    // An aborted sleep rejects: being stopped is a way to wake up.
    await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}

const isStopped = (signal: AbortSignal): boolean => signal.aborted;

const RETRY_MS = 1_000;

/** A daemon beats every 15 s: three beats missed is a dead one. */
const SILENT_MS = 45_000;

function followOnce(
  { port, token, signal, onState }: FollowOptions,
  last: string | undefined,
  onEvent: (event: StreamedEvent) => void,
): Promise<number | undefined> {
  const headers = {
    Authorization: `Bearer ${token}`,
    ...(last === undefined ? {} : { 'Last-Event-ID': last }),
  };
  return new Promise((resolve) => {
    const over = () => {
      resolve(undefined);
    };
    const at = { host: '127.0.0.1', port, path: '/v1/events', headers, signal };
    const asked = get({ ...at, timeout: SILENT_MS }, (response) => {
      const { statusCode = 0 } = response;
      if (statusCode !== 200) {
        response.resume();
        // A daemon that is about to be well again answers 5xx; what it refuses it will refuse again.
        resolve(statusCode >= 500 ? undefined : statusCode);
        return;
      }
      onState('connected');
      const read = eventStreamReader();
      response.setEncoding('utf8').on('data', (text: string) => {
        read(text).forEach(onEvent);
      });
      response.on('error', over).on('close', over);
    });
    asked.on('timeout', () => asked.destroy()).on('error', over);
  });
}
