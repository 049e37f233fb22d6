import {
  readSetting,
  readSettingKey,
  SETTING_DEFAULTS,
  setSetting,
} from '../common/db/settings.ts';
import { type Command, done, refused } from './command.ts';
import { table } from './print.ts';
import { refusedBecause } from './refusals.ts';
import { ORG } from './users.ts';
import { changed, inOrganisation } from './workplace.ts';

const set: Command = {
  words: 'setting set',
  summary: 'change how an organisation works',
  takes: ['<setting>', '<value>'],
  options: { org: ORG },
  run: async (invocation) =>
    inOrganisation(invocation, async (organisation, place) => {
      const [name = '', value = ''] = invocation.args;
      const key = readSettingKey(name);
      if (key === undefined) return refusedBecause('unknown-setting');
      const result = await setSetting(place.db, organisation.id, key, value);
      if (result.kind === 'refused') return refused(result.why, result.right);
      return changed(place, invocation, done({ key, value }, `${key} is now ${value}`));
    }),
};

const show: Command = {
  words: 'setting show',
  summary: 'show one setting',
  takes: ['<setting>'],
  options: { org: ORG },
  run: async (invocation) =>
    inOrganisation(invocation, async (organisation, { db }) => {
      const key = readSettingKey(invocation.args[0] ?? '');
      if (key === undefined) return refusedBecause('unknown-setting');
      const value = await readSetting(db, organisation.id, key);
      return done({ key, value, default: SETTING_DEFAULTS[key] }, value);
    }),
};

const list: Command = {
  words: 'setting list',
  summary: 'list the settings, and what holds where they are not set',
  takes: [],
  options: { org: ORG },
  run: async (invocation) =>
    inOrganisation(invocation, async (organisation, { db }) => {
      const keys = Object.keys(SETTING_DEFAULTS).flatMap((name) => readSettingKey(name) ?? []);
      const settings = await Promise.all(
        keys.map(async (key) => ({
          key,
          value: await readSetting(db, organisation.id, key),
          default: SETTING_DEFAULTS[key],
        })),
      );
      const rows = settings.map((one) => [one.key, one.value, one.default]);
      return done(settings, table(['SETTING', 'VALUE', 'DEFAULT'], rows));
    }),
};

export const settingCommands: readonly Command[] = [set, show, list];
