import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { replay } from '../daemon/journal/replay.ts';
import { type Command, refused } from './command.ts';

export const replayCommand: Command = {
  words: 'replay',
  summary: 'decide everything in a journal again; exit code 1 where anything differs',
  takes: ['<journal>'],
  options: {},
  run: async ({ args: [file = ''] }) => {
    try {
      await access(file);
      const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity });
      const { version, decisions, inputs, missed, differences, drift } = await replay(lines);
      const told = [
        `${decisions} decisions of vaxel ${version} and ${inputs} inputs between them, ${differences.length} decisions now different`,
        ...(missed > 0 ? [`${missed} questions and inputs are missing from the journal`] : []),
        ...(drift === undefined
          ? []
          : [
              '',
              `line ${drift.line}, ${new Date(drift.at).toISOString()} ${drift.leg}: the ${drift.what} it saw are not what the inputs make`,
              `  then  ${drift.then}`,
              `  now   ${drift.now}`,
              `  after ${drift.after}`,
            ]),
        ...differences.flatMap(({ at, leg, then, now }) => [
          '',
          `${new Date(at).toISOString()} ${leg}`,
          `  then ${then}`,
          `  now  ${now}`,
        ]),
      ];
      return {
        kind: 'done',
        data: { version, decisions, inputs, missed, differences, drift },
        text: told.join('\n'),
        exitCode: differences.length === 0 && drift === undefined ? 0 : 1,
      };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return refused('unreadable-journal', `${file} cannot be replayed: ${why}`);
    }
  },
};
