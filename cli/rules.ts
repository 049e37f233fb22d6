import { listDevices } from '../common/db/devices.ts';
import {
  clearRules,
  readDefaultRules,
  setDefaultRule,
  setDeviceShows,
  setRule,
  showRules,
} from '../common/db/rules.ts';
import {
  readRuleName,
  readRuleValue,
  RULE_MEANINGS,
  RULE_NAMES,
  type RuleName,
  RULES,
  ruleValues,
} from '../common/rule-catalogue.ts';
import type { UserRecord } from '../common/db/users.ts';
import { loadDirectory } from '../daemon/directory.ts';
import { type NoMobile, shownMobile } from '../daemon/routing/shown-number.ts';
import { type Command, done, type Refused, refused } from './command.ts';
import { table } from './print.ts';
import { refusedBecause } from './refusals.ts';
import { ORG, withUser } from './users.ts';
import { changed, inOrganisation, type Workplace } from './workplace.ts';

const set: Command = {
  words: 'rule set',
  summary: 'decide how calls to a person are treated',
  takes: ['<extension>', '<rule>', '<value>'],
  options: { org: ORG },
  run: async (invocation) =>
    withUser(invocation, async (user, place) => {
      const [, name = '', text = ''] = invocation.args;
      const rule = readRuleName(name);
      if (rule === undefined) return refusedBecause('unknown-rule');
      const value = readRuleValue(rule, text);
      if (value === undefined) return badValue(rule);
      const why = value === 'mobile' ? await whyNoMobile(user, place) : undefined;
      if (why !== undefined) return refusedBecause(why);
      await setRule(place.db, user, rule, value);
      const data = { extension: user.extension, rule, value };
      return changed(place, invocation, done(data, `${user.extension}: ${rule} is now ${value}`));
    }),
};

const setDefault: Command = {
  words: 'rule set-default',
  summary: 'decide it for everybody who has not decided otherwise',
  takes: ['<rule>', '<value>'],
  options: { org: ORG },
  run: async (invocation) =>
    inOrganisation(invocation, async (organisation, place) => {
      const [name = '', text = ''] = invocation.args;
      const rule = readRuleName(name);
      if (rule === undefined) return refusedBecause('unknown-rule');
      const value = readRuleValue(rule, text);
      if (value === undefined) return badValue(rule);
      if (value === 'mobile') return refusedBecause('mobile-for-everybody');
      await setDefaultRule(place.db, organisation.id, rule, value);
      const text2 = `${rule} is now ${value}, where nobody has decided otherwise`;
      return changed(place, invocation, done({ rule, value }, text2));
    }),
};

/** A number that could be anybody's is not shown; the call itself looks again. */
async function whyNoMobile(
  { organisationId, id }: UserRecord,
  { db }: Workplace,
): Promise<NoMobile | undefined> {
  const { organisations } = await loadDirectory(db);
  const organisation = [...organisations.values()].find((each) => each.id === organisationId);
  const user = [...(organisation?.users.values() ?? [])].find((each) => each.id === id);
  return organisation && user && shownMobile(organisation, user).why;
}

const show: Command = {
  words: 'rule show',
  summary: 'show what holds for a person, and who decided it',
  takes: ['<extension>'],
  options: { org: ORG },
  run: async (invocation) =>
    withUser(invocation, async (user, { db }) => {
      const rules = await showRules(db, user);
      const rows = rules.map(({ rule, value, from }) => [rule, value, from]);
      return done(rules, table(['RULE', 'VALUE', 'DECIDED BY'], rows));
    }),
};

const list: Command = {
  words: 'rule list',
  summary: 'list the rules, their values and the organisation’s defaults',
  takes: [],
  options: { org: ORG },
  run: async (invocation) =>
    inOrganisation(invocation, async ({ id }, { db }) => {
      const defaults = ruleValues(await readDefaultRules(db, id));
      const rules = RULE_NAMES.map((rule) => ({
        rule,
        default: defaults[rule],
        values: RULES[rule],
        meaning: RULE_MEANINGS[rule],
      }));
      const rows = rules.map((one) => [one.rule, one.default, one.values.join(' '), one.meaning]);
      return done(rules, table(['RULE', 'DEFAULT', 'VALUES', 'WHAT IT DECIDES'], rows));
    }),
};

const clear: Command = {
  words: 'rule clear',
  summary: 'let the organisation’s default hold again, for one rule or for all',
  takes: ['<extension>'],
  options: { rule: { value: '<rule>', summary: 'only that one' }, org: ORG },
  run: async (invocation) =>
    withUser(invocation, async (user, place) => {
      const name = invocation.values.get('rule');
      const rule = name === undefined ? undefined : readRuleName(name);
      if (name !== undefined && rule === undefined) return refusedBecause('unknown-rule');
      await clearRules(place.db, user, rule);
      const text = `the organisation’s default holds for ${rule ?? 'every rule'}`;
      return changed(place, invocation, done(await showRules(place.db, user), text));
    }),
};

const device: Command = {
  words: 'rule device',
  summary: 'decide what one device shows first of a caller',
  takes: ['<id>'],
  options: {
    shows: {
      value: '<name|number|usual>',
      required: true,
      summary: 'usual: as the person’s rules say',
    },
    org: ORG,
  },
  run: async (invocation) =>
    inOrganisation(invocation, async (organisation, place) => {
      const id = invocation.args[0] ?? '';
      const shows = SHOWS.find((each) => each === invocation.values.get('shows'));
      if (shows === undefined) return refusedBecause('bad-shows');
      const found = (await listDevices(place.db, organisation.id)).find((one) => one.id === id);
      if (found === undefined) return refusedBecause('unknown-device');
      if (found.kind === 'mobile') return refusedBecause('shows-of-mobile');
      await setDeviceShows(place.db, id, shows === 'usual' ? undefined : shows);
      const text = shows === 'usual' ? 'what is usual' : `the ${shows} first`;
      return changed(place, invocation, done({ id, shows }, `${found.label} shows ${text}`));
    }),
};

export const ruleCommands: readonly Command[] = [set, setDefault, show, list, clear, device];

const SHOWS = ['name', 'number', 'usual'] as const;

const badValue = (rule: RuleName): Refused =>
  refused('bad-rule-value', `${rule} is one of ${RULES[rule].join(', ')}`);
