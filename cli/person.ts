import { existsSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import type { OrganisationRecord } from '../common/db/organisations.ts';
import { forgetPerson, personalData, personOf } from '../common/db/personal-data.ts';
import { findUser, type UserRecord } from '../common/db/users.ts';
import { readExtension } from '../common/phone-number.ts';
import { tarEnd, tarFile, tarText } from './backup/tar-bytes.ts';
import { writeBackup } from './backup/write-backup.ts';
import { type Command, done, refused } from './command.ts';
import { type PersonFiles, personFiles, removeMailbox } from './person/person-files.ts';
import { refusedBecause } from './refusals.ts';
import { ORG, withUser } from './users.ts';
import { changed, inOrganisation, type Workplace } from './workplace.ts';

const exportPerson: Command = {
  words: 'user export',
  summary: 'write everything that is known of a person into one .tar.gz file',
  takes: ['<extension>'],
  options: { file: { value: '<file>', summary: 'else person-<extension>.tar.gz, here' }, org: ORG },
  run: async (invocation) =>
    withUser(invocation, async (user, place, organisation) => {
      const name = `person-${user.extension}.tar.gz`;
      const file = resolve(invocation.values.get('file') ?? name);
      if (existsSync(file)) return refused('file-there', `there is a file ${file} already`);
      const { tables, found } = await allOf(place, organisation, user);
      const data = {
        organisation: organisation.domain,
        extension: user.extension,
        exportedAt: new Date(place.now).toISOString(),
        tables: Object.fromEntries(tables),
        messages: found.messages,
        files: [...found.files.keys()],
      };
      const text = `${JSON.stringify(data, undefined, 2)}\n`;
      await writeBackup(file, archive(text, found, new Date(place.now)), undefined);
      const rows = [...tables.values()].reduce((sum, { length }) => sum + length, 0);
      const said = `${file}: ${rows} rows, ${found.messages.length} messages, ${found.files.size} files`;
      return done({ file, rows, messages: found.messages.length, files: found.files.size }, said);
    }),
};

async function* archive(
  text: string,
  { files }: PersonFiles,
  modifiedAt: Date,
): AsyncGenerator<Buffer> {
  yield* tarText('person.json', text, modifiedAt);
  for (const [name, file] of files) yield* tarFile(name, file);
  yield tarEnd();
}

const forget: Command = {
  words: 'user forget',
  summary: 'remove a person and everything that is known of him; what a removed one left, too',
  takes: ['<extension>'],
  options: { yes: { summary: 'do it: there is no way back but a backup' }, org: ORG },
  run: async (invocation) =>
    inOrganisation(invocation, async (organisation, place) => {
      const extension = readExtension(invocation.args[0] ?? '');
      if (extension === undefined) return refusedBecause('unknown-user');
      const user = await findUser(place.db, organisation.id, extension);
      const all = user && (await allOf(place, organisation, user));
      const owner = { domain: organisation.domain, extension };
      const found = all?.found ?? personFiles(place.config.state, owner, [], []);
      if (user === undefined && found.mailbox === undefined && found.messages.length === 0) {
        return refusedBecause('unknown-user');
      }
      const who = user === undefined ? `what ${extension} left` : `${extension} ${user.name}`;
      if (!invocation.switches.has('yes')) {
        return refused(
          'not-sure',
          `${who} and all calls, messages and recordings: say it with --yes`,
        );
      }
      const person = user && (await personOf(place.db, user));
      const rows = person && (await forgetPerson(place.db, organisation, person, place.now));
      removeMailbox(place.config.state, owner);
      for (const file of found.files.values()) rmSync(file, { force: true });
      const data = { rows: rows ?? {}, messages: found.messages.length, files: found.files.size };
      const lines = [
        `forgot ${who}`,
        ...Object.entries(data.rows).map(([table, count]) => `  ${count} of ${table}`),
        `  ${data.messages} messages, ${data.files} files`,
        'Backups, logs and journals keep what they have until their time is over (docs/privacy.md).',
      ];
      return changed(place, invocation, done(data, lines.join('\n')));
    }),
};

export const personCommands: readonly Command[] = [exportPerson, forget];

async function allOf(
  { db, config }: Workplace,
  organisation: OrganisationRecord,
  user: UserRecord,
) {
  const person = await personOf(db, user);
  const tables = await personalData(db, person);
  const ids = (table: 'greeting' | 'phone_upload', column: string) => [
    ...new Set((tables.get(table) ?? []).map((row) => String(row[column]))),
  ];
  const owner = { domain: organisation.domain, extension: user.extension };
  const greetings = ids('greeting', 'id');
  return {
    tables,
    found: personFiles(config.state, owner, greetings, ids('phone_upload', 'phone_id')),
  };
}
