import { addOrganisation, listOrganisations } from '../common/db/organisations.ts';
import { type Command, done } from './command.ts';
import { table } from './print.ts';
import { refusedBecause } from './refusals.ts';
import { atWork, changed } from './workplace.ts';

const add: Command = {
  words: 'org add',
  summary: 'add an organisation with its SIP domain',
  takes: ['<sip-domain>'],
  options: {
    name: { value: '<name>', required: true, summary: 'what people call it' },
    country: { value: '<SE>', summary: 'how national numbers are read; SE' },
    'area-code': { value: '<08>', summary: 'what open dialling adds' },
    zone: { value: '<zone>', summary: 'time zone; Europe/Stockholm' },
    language: { value: '<sv|en>', summary: 'of prompts; sv' },
  },
  run: async (invocation) =>
    atWork(invocation, async (place) => {
      const { args, values } = invocation;
      const wanted = {
        domain: args[0] ?? '',
        name: values.get('name') ?? '',
        country: values.get('country'),
        areaCode: values.get('area-code'),
        zone: values.get('zone'),
        language: values.get('language'),
      };
      const result = await addOrganisation(place.db, wanted, place.now);
      if (result.kind === 'refused') return refusedBecause(result.why);
      const { domain, name } = result.organisation;
      return changed(place, invocation, done(result.organisation, `added ${domain}, ${name}`));
    }),
};

const list: Command = {
  words: 'org list',
  summary: 'list the organisations',
  takes: [],
  options: {},
  run: async (invocation) =>
    atWork(invocation, async ({ db }) => {
      const all = await listOrganisations(db);
      const rows = all.map((one) => [one.domain, one.name, one.country, one.zone, one.language]);
      return done(all, table(['DOMAIN', 'NAME', 'COUNTRY', 'ZONE', 'LANGUAGE'], rows));
    }),
};

export const organisationCommands: readonly Command[] = [add, list];
