import { readFileSync } from 'node:fs';
import { inTransaction } from '../common/db/transaction.ts';
import { type Command, done, refused } from './command.ts';
import { readCsv } from './csv.ts';
import { accessOf } from './phone-access.ts';
import { addDescribed } from './phone-add.ts';
import { macText } from './phone-place.ts';
import { table } from './print.ts';
import { refusedBecause } from './refusals.ts';
import { ORG } from './users.ts';
import { changed, inOrganisation } from './workplace.ts';

const COLUMNS = ['mac', 'model', 'users', 'keys', 'site'] as const;

export const importCommand: Command = {
  words: 'phone import',
  summary: `add phones from a CSV file with the columns ${COLUMNS.join(', ')}: all of them, or none`,
  takes: ['<csv>'],
  options: { org: ORG },
  run: async (invocation) =>
    inOrganisation(invocation, async (organisation, place) => {
      const text = readText(invocation.args[0] ?? '');
      if (text === undefined) return refusedBecause('import-file');
      const file = readCsv(text);
      const [heads = [], ...rows] = file.map((row) => row.map((cell) => cell.trim()));
      const unknown = heads.filter((head) => !COLUMNS.some((column) => column === head));
      const missing = COLUMNS.slice(0, 3).filter((column) => !heads.includes(column));
      if (unknown.length + missing.length > 0) {
        return refused('import-columns', `the first line names the columns: ${COLUMNS.join(',')}`);
      }
      const wrong: { readonly line: number; readonly why: string }[] = [];
      const added: Readonly<Record<string, unknown>>[] = [];
      const allOrNothing = inTransaction(place.db, async (db) => {
        for (const [at, row] of rows.entries()) {
          const cell = (column: (typeof COLUMNS)[number]) => row[heads.indexOf(column)] ?? '';
          const parts = (column: 'users' | 'keys') =>
            cell(column)
              .split(';')
              .map((part) => part.trim())
              .filter((part) => part !== '');
          const result = await addDescribed(
            organisation,
            { ...place, db },
            {
              mac: cell('mac'),
              model: cell('model'),
              users: parts('users'),
              keys: parts('keys'),
              site: cell('site') || undefined,
            },
          );
          if (result.kind === 'refused') wrong.push({ line: at + 2, why: result.message });
          else {
            const { phone, warnings } = result;
            const { mac, model } = phone;
            added.push({ mac: macText(mac), model, ...accessOf(place, phone), warnings });
          }
        }
        if (wrong.length > 0) throw new NothingImported();
      });
      try {
        await allOrNothing;
      } catch (error) {
        if (!(error instanceof NothingImported)) throw error;
        const lines = wrong.map(({ line, why }) => `line ${line}: ${why}`);
        return refused('import-rows', `nothing was imported:\n${lines.join('\n')}`);
      }
      const cells = added.map(({ mac, model, url }) => [String(mac), String(model), String(url)]);
      return changed(place, invocation, done(added, table(['MAC', 'MODEL', 'URL'], cells)));
    }),
};

/** Takes back what the good rows did. */
class NothingImported extends Error {}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  } catch {
    return undefined;
  }
}
