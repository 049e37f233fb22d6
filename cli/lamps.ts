import { loadConfig } from '../common/config.ts';
import type { LampRow } from '../daemon/status.ts';
import { type Command, type Invocation, type Outcome, refused } from './command.ts';
import { daemonDown } from './daemon-down.ts';
import { getFromDaemon } from './get-from-daemon.ts';
import { table } from './print.ts';

export const lampsCommand: Command = {
  words: 'lamps',
  summary: 'show what phones were told about whom; exit code 1 where a lamp shows what is not true',
  takes: [],
  options: {
    wrong: { summary: 'only those that show what is not true' },
    of: { value: '<extension>', summary: 'only those of one person' },
  },
  run: lamps,
};

async function lamps({ env, values, switches }: Invocation): Promise<Outcome> {
  const config = loadConfig(env);
  const answer = await getFromDaemon(config, '/v1/lamps');
  if (!isRows(answer)) {
    const { found, mend } = daemonDown(config);
    return refused('daemon-down', `${found}: ${mend}. Meanwhile lamps stay as they are`);
  }
  const of = values.get('of');
  const rows = answer.filter(
    (row) => (of === undefined || row.name === of) && (!switches.has('wrong') || isWrong(row)),
  );
  return {
    kind: 'done',
    data: rows,
    text: table(
      ['LAMP', 'ON THE PHONE OF', 'TOLD', 'SEEN', 'TRUE', 'TOLD AT'],
      rows.map(({ lamp, watcher, told, seen, true: truth, toldAt }) => [
        ...[lamp, watcher, told, seen ?? '', truth],
        toldAt === undefined ? '' : new Date(toldAt).toISOString(),
      ]),
    ),
    exitCode: rows.some(isWrong) ? 1 : 0,
  };
}

/** Told, or seen on the wire where it is looked at, and not true. */
const isWrong = ({ told, seen, true: truth }: LampRow): boolean =>
  told !== truth || (seen ?? truth) !== truth;

const isRows = (answer: unknown): answer is readonly LampRow[] =>
  Array.isArray(answer) &&
  answer.every((row: unknown) => typeof row === 'object' && row !== null && 'watcher' in row);
