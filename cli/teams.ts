import type { OrganisationRecord } from '../common/db/organisations.ts';
import {
  addTeam,
  changeTeam,
  findTeam,
  listTeams,
  removeTeam,
  type SaveTeam,
  type TeamChange,
  type TeamRecord,
  type TeamUnanswered,
} from '../common/db/teams.ts';
import type { WantedUnanswered } from '../common/db/team-unanswered.ts';
import { readForwardTarget } from '../common/forward-target.ts';
import { readE164 } from '../common/phone-number.ts';
import { type Command, done, type Invocation, type Outcome, type Refused } from './command.ts';
import { refusedCircle, refusedTeamForward } from './forwards.ts';
import { table } from './print.ts';
import { refusedBecause } from './refusals.ts';
import { ORG } from './users.ts';
import { changed, inOrganisation, type Workplace } from './workplace.ts';

const MEMBERS = { value: '<extension,…>', summary: 'who is rung, in their order' };

const OPTIONS = {
  number: { value: '<+E164>', summary: 'its public number; one more, where it has some' },
  spoken: { value: '<name>', summary: 'as it is said to callers; "" is as it is written' },
  ring: { value: '<seconds>', summary: 'how long it rings, 5 to 300' },
  'no-answer': {
    value: '<hang-up|voicemail:100|extension:101|number:+46…>',
    summary: 'where calls go that nobody takes',
  },
  org: ORG,
};

const add: Command = {
  words: 'team add',
  summary: 'add a team: people who are rung together, at an extension of its own',
  takes: ['<extension>'],
  options: {
    name: { value: '<name>', required: true, summary: 'shown, and said where nothing else is' },
    members: { ...MEMBERS, required: true },
    ...OPTIONS,
  },
  run: async (invocation) =>
    inOrganisation(invocation, async (organisation, place) => {
      const { args, values } = invocation;
      const wanted = readTeam(invocation, organisation);
      if ('kind' in wanted) return wanted;
      const name = values.get('name') ?? '';
      const members = split(values.get('members'));
      const result = await addTeam(
        place.db,
        organisation,
        args[0] ?? '',
        { ...wanted, name, members },
        place.now,
      );
      return saved(invocation, place, 'added', result);
    }),
};

const set: Command = {
  words: 'team set',
  summary: 'change what is given of a team; the rest stays',
  takes: ['<extension>'],
  options: {
    name: { value: '<name>', summary: 'another name' },
    members: MEMBERS,
    member: { value: '<extension>', many: true, summary: 'one more, as the last' },
    'no-member': { value: '<extension>', many: true, summary: 'one less' },
    ...OPTIONS,
  },
  run: async (invocation) =>
    withTeam(invocation, async (team, place, organisation) => {
      const wanted = readTeam(invocation, organisation);
      if ('kind' in wanted) return wanted;
      const members = membersOf(team, invocation);
      if (members === 'no-such-member') return refusedBecause(members);
      const name = invocation.values.get('name');
      const result = await changeTeam(place.db, team, { ...wanted, name, members }, place.now);
      return saved(invocation, place, 'now', result);
    }),
};

const list: Command = {
  words: 'team list',
  summary: 'list the teams',
  takes: [],
  options: { org: ORG },
  run: async (invocation) =>
    inOrganisation(invocation, async ({ id }, { db }) => {
      const teams = await listTeams(db, id);
      const rows = teams.map((team) => [
        team.extension,
        team.name,
        team.numbers.join(' '),
        team.members.map(({ extension }) => extension).join(','),
        `${team.ringSeconds} s`,
        unansweredText(team.unanswered),
      ]);
      return done(
        teams,
        table(['EXTENSION', 'NAME', 'NUMBERS', 'MEMBERS', 'RINGS', 'NO ANSWER'], rows),
      );
    }),
};

const show: Command = {
  words: 'team show',
  summary: 'show a team and who is in it',
  takes: ['<extension>'],
  options: { org: ORG },
  run: async (invocation) =>
    withTeam(invocation, async (team) => {
      const rows = team.members.map(({ extension, name }) => [extension, name]);
      return done(team, `${described(team)}\n${table(['EXTENSION', 'NAME'], rows)}`);
    }),
};

const remove: Command = {
  words: 'team remove',
  summary: 'remove a team; its members stay, and its numbers rest for 90 days',
  takes: ['<extension>'],
  options: { org: ORG },
  run: async (invocation) =>
    withTeam(invocation, async (team, place) => {
      await removeTeam(place.db, team, place.now);
      return changed(place, invocation, done(team, `removed ${team.extension} ${team.name}`));
    }),
};

export const teamCommands: readonly Command[] = [add, set, list, show, remove];

async function withTeam(
  invocation: Invocation,
  work: (team: TeamRecord, place: Workplace, organisation: OrganisationRecord) => Promise<Outcome>,
): Promise<Outcome> {
  return inOrganisation(invocation, async (organisation, place) => {
    const team = await findTeam(place.db, organisation.id, invocation.args[0] ?? '');
    return team === undefined ? refusedBecause('unknown-team') : work(team, place, organisation);
  });
}

/** What both commands take, or what is wrong with it. */
function readTeam({ values }: Invocation, organisation: OrganisationRecord): TeamChange | Refused {
  const text = values.get('no-answer');
  const unanswered = text === undefined ? undefined : readUnanswered(text, organisation);
  if (unanswered?.kind === 'refused') return unanswered;
  const ring = values.get('ring');
  const typed = values.get('number');
  const number = typed === undefined ? undefined : readE164(typed, organisation);
  if (typed !== undefined && number === undefined) return refusedBecause('bad-number');
  return {
    number,
    spokenName: values.get('spoken'),
    ringSeconds: ring === undefined ? undefined : Number(ring),
    unanswered,
  };
}

function readUnanswered(
  text: string,
  organisation: OrganisationRecord,
): WantedUnanswered | Refused {
  if (text === 'hang-up') return { kind: text };
  const [, kind, target = ''] = /^(voicemail|extension|number):(.+)$/.exec(text) ?? [];
  if (kind === 'voicemail') return { kind, extension: target };
  const to = readForwardTarget(target, organisation);
  if (typeof to === 'string') {
    return refusedBecause(kind === undefined ? 'bad-no-answer' : to);
  }
  return to.kind === 'voicemail' || to.kind !== kind ? refusedBecause('bad-no-answer') : to;
}

/** Those there were, or those of `--members`; with the ones more, and without the ones less. */
function membersOf(
  team: TeamRecord,
  { values, lists }: Invocation,
): readonly string[] | undefined | 'no-such-member' {
  const more = lists.get('member') ?? [];
  const less = lists.get('no-member') ?? [];
  const all = values.get('members');
  if (all === undefined && more.length === 0 && less.length === 0) return undefined;
  const before = all === undefined ? team.members.map(({ extension }) => extension) : split(all);
  if (less.some((one) => !before.some((member) => member === one))) return 'no-such-member';
  return [...before.filter((one) => !less.includes(one)), ...more];
}

const split = (text = ''): readonly string[] => text.split(',').map((one) => one.trim());

async function saved(
  invocation: Invocation,
  place: Workplace,
  what: string,
  result: SaveTeam,
): Promise<Outcome> {
  if (result.kind === 'saved') {
    return changed(place, invocation, done(result.team, `${what} ${described(result.team)}`));
  }
  if (result.why === 'may-not-call') return refusedTeamForward(result.barred);
  if (result.why === 'forward-loop') return refusedCircle(result.chain);
  return refusedBecause(result.why);
}

function described(team: TeamRecord) {
  const { extension, name, spokenName, numbers, members, ringSeconds, unanswered } = team;
  const said = spokenName === name ? '' : ` ("${spokenName}")`;
  const people = members.map((member) => member.extension).join(', ') || 'nobody';
  return `${extension} ${name}${said}${numbers.map((number) => ` ${number}`).join('')}: rings ${people} for ${ringSeconds} s, then ${unansweredText(unanswered)}`;
}

function unansweredText(to: TeamUnanswered): string {
  if (to.kind === 'hang-up') return to.kind;
  return `${to.kind}:${to.kind === 'number' ? to.number : to.extension}`;
}
