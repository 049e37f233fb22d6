import { printable, table } from '../print.ts';

/** A line as `GET /v1/events` tells of it; the part that is shown. */
export interface WatchedLine {
  readonly extension: string;
  readonly name: string;
  readonly state: string;
  readonly reach: string;
  readonly since?: number;
  readonly status?: { readonly activity: string; readonly until?: number };
  readonly calls?: readonly {
    readonly direction: string;
    readonly with: { readonly name: string; readonly number: string };
  }[];
}

/** Everybody, by extension, as the stream has told so far. */
export interface Switchboard {
  /** @returns the line that is another now; undefined where the event changed none. */
  take(event: string, data: unknown): WatchedLine | undefined;
  lines(): readonly WatchedLine[];
}

export function createSwitchboard(): Switchboard {
  const lines = new Map<string, WatchedLine>();
  return {
    take(event, data) {
      if (event === 'snapshot' && isSnapshot(data)) {
        if (data.part === 1) lines.clear();
        for (const line of data.lines) lines.set(line.extension, line);
        return undefined;
      }
      if ((event !== 'line' && event !== 'status') || !isLine(data)) return undefined;
      lines.set(data.extension, data);
      return data;
    },
    lines: () =>
      [...lines.values()].sort((one, other) => Number(one.extension) - Number(other.extension)),
  };
}

/** The table for people. @param now - epoch milliseconds. */
export function painted(lines: readonly WatchedLine[], now: number, withWhom: boolean): string {
  const heads = ['EXTENSION', 'NAME', 'LINE', 'FOR', 'STATUS', ...(withWhom ? ['WITH'] : [])];
  const rows = lines.map((line) => cellsOf(line, now, withWhom));
  return printable(table(heads, rows));
}

export function cellsOf(line: WatchedLine, now: number, withWhom: boolean): readonly string[] {
  const { extension, name, state, reach, since, status, calls = [] } = line;
  const free = reach === 'reachable' ? 'free' : reach;
  const parties = calls.map(({ direction, with: { name: who, number } }) =>
    [direction === 'in' ? '←' : '→', who, number].filter((text) => text !== '').join(' '),
  );
  return [
    extension,
    name,
    state === 'idle' ? free : state,
    since === undefined ? '' : lengthOf(now - since),
    status === undefined ? '' : statusText(status),
    ...(withWhom ? [parties.join(', ')] : []),
  ];
}

const statusText = ({ activity, until }: NonNullable<WatchedLine['status']>): string =>
  until === undefined
    ? activity
    : `${activity} until ${new Date(until).toISOString().slice(11, 16)}Z`;

/** `4:07`, `1:04:07` */
function lengthOf(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

const isLine = (data: unknown): data is WatchedLine =>
  typeof data === 'object' && data !== null && 'extension' in data && 'state' in data;

const isSnapshot = (
  data: unknown,
): data is { readonly part: number; readonly lines: readonly WatchedLine[] } =>
  typeof data === 'object' &&
  data !== null &&
  'part' in data &&
  'lines' in data &&
  Array.isArray(data.lines) &&
  data.lines.every(isLine);
