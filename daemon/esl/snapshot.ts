import { hasCode, VaxelError } from '../../common/errors.ts';
import type { LegId, LiveLeg, Snapshot } from '../call/event.ts';
import type { EslConnection } from './connection.ts';
import { parseEventJson } from './headers.ts';
import { readLiveLeg } from './leg.ts';

/**
 * Asks FreeSWITCH what lives in it.
 *
 * FreeSWITCH writes its list of channels from a thread of its own, so a row may
 * be of a leg that has ended, and the row of a new one may be missing: each, and
 * each of those that are `known`, is confirmed with `uuid_dump`, which also holds
 * our markers.
 *
 * @throws {VaxelError} as `EslConnection.api`; `ESL_COMMAND_FAILED` where the answer is no JSON.
 */
export async function takeSnapshot(
  esl: EslConnection,
  known: Iterable<LegId> = [],
): Promise<Omit<Snapshot, 'restarted'>> {
  const [coreUuid, version, channels, calls] = await Promise.all([
    esl.api('global_getvar core_uuid'),
    esl.api('version short'),
    esl.api('show channels as json'),
    esl.api('show calls as json'),
  ]);
  const ids = [...new Set([...known, ...idsOf(channels)])].filter(isId);
  const legs: LiveLeg[] = [];
  for (let i = 0; i < ids.length; i += AT_ONCE) {
    const some = await Promise.all(ids.slice(i, i + AT_ONCE).map((id) => dump(esl, id)));
    legs.push(...some.filter((leg) => leg !== undefined));
  }
  const bridges = readRows(calls).flatMap(({ uuid, b_uuid }) =>
    isId(uuid) && isId(b_uuid) ? [{ a: uuid as LegId, b: b_uuid as LegId }] : [],
  );
  return { coreUuid, version, legs, bridges };
}

/**
 * The legs that FreeSWITCH lists.
 *
 * @throws {VaxelError} as `takeSnapshot`.
 */
export const listLegs = async (esl: EslConnection): Promise<readonly LegId[]> =>
  idsOf(await esl.api('show channels as json'));

const idsOf = (channels: string): readonly LegId[] =>
  readRows(channels).flatMap(({ uuid }) => (isId(uuid) ? [uuid as LegId] : []));

/** The rows of `show … as json`; where there are none the list is left out altogether. */
export function readRows(json: string): readonly Readonly<Record<string, unknown>>[] {
  const table = parse(json);
  const rows = isRecord(table) && 'row_count' in table ? (table['rows'] ?? []) : undefined;
  if (!Array.isArray(rows)) throw unreadable();
  return rows.filter(isRecord);
}

async function dump(esl: EslConnection, id: string): Promise<LiveLeg | undefined> {
  try {
    return readLiveLeg(parseEventJson(Buffer.from(await esl.api(`uuid_dump ${id} json`))));
  } catch (error) {
    // `-ERR No such channel!`: it ended since the list was made.
    if (hasCode(error, 'ESL_COMMAND_FAILED')) return undefined;
    throw error instanceof SyntaxError ? unreadable(error) : error;
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw unreadable(cause);
  }
}

const unreadable = (cause?: unknown) =>
  new VaxelError('ESL_COMMAND_FAILED', 'FreeSWITCH answered what is no JSON', {}, { cause });

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Ids go into commands, so they are held to what an id may be. */
const isId = (value: unknown): value is string =>
  typeof value === 'string' && /^[\w.-]{1,128}$/.test(value);

/** Dumps asked for at a time, so that each has its answer well within a command's deadline. */
const AT_ONCE = 50;
