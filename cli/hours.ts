import { findHours, type HoursOwner, setHours } from '../common/db/working-hours.ts';
import { findUser } from '../common/db/users.ts';
import { readWeek, tellMinute, tellWeek } from '../common/working-week.ts';
import { type Command, done, type Invocation, type Outcome } from './command.ts';
import { refusedBecause } from './refusals.ts';
import { ORG } from './users.ts';
import { changed, inOrganisation, type Workplace } from './workplace.ts';

const USER = { value: '<extension>', summary: "of one person; the organisation's where left out" };

const set: Command = {
  words: 'hours set',
  summary: 'set working hours: mon-thu 08:00-12:00 13:00-17:00, fri 08:00-15:00',
  takes: ['<hours>'],
  options: { user: USER, org: ORG },
  run: async (invocation) =>
    forOwner(invocation, async (owner, whose, place) => {
      const week = readWeek(invocation.args[0] ?? '');
      if (week === undefined) return refusedBecause('bad-hours');
      await setHours(place.db, owner, week);
      return changed(place, invocation, done({ week }, `${whose}: ${tellWeek(week)}`));
    }),
};

const clear: Command = {
  words: 'hours clear',
  summary: "let a person have the organisation's hours again, or the organisation none",
  takes: [],
  options: { user: USER, org: ORG },
  run: async (invocation) =>
    forOwner(invocation, async (owner, whose, place) => {
      await setHours(place.db, owner, undefined);
      const hours = await findHours(place.db, owner);
      return changed(place, invocation, done(hours ?? null, `${whose}: ${told(hours)}`));
    }),
};

const show: Command = {
  words: 'hours show',
  summary: 'show working hours, and what red days make of them',
  takes: [],
  options: { user: USER, org: ORG },
  run: async (invocation) =>
    forOwner(invocation, async (owner, whose, { db }) => {
      const hours = await findHours(db, owner);
      return done(hours ?? null, `${whose}: ${told(hours)}`);
    }),
};

function told(hours: Awaited<ReturnType<typeof findHours>>): string {
  if (hours === undefined) return 'not set, as an office: mon-fri 08:00-17:00, red days closed';
  const { red, halfDaysEnd, squeezed } = hours.redDays;
  const half = halfDaysEnd === undefined ? '' : `, until ${tellMinute(halfDaysEnd)} on half days`;
  return `${tellWeek(hours.week)}; red days ${red ? 'closed' : 'open'}${half}${squeezed ? ', squeezed days closed' : ''}`;
}

/** The person `--user` names, or the organisation. */
async function forOwner(
  invocation: Invocation,
  work: (owner: HoursOwner, whose: string, place: Workplace) => Promise<Outcome>,
): Promise<Outcome> {
  return inOrganisation(invocation, async ({ id: organisationId, name }, place) => {
    const extension = invocation.values.get('user');
    if (extension === undefined) return work({ organisationId }, name, place);
    const user = await findUser(place.db, organisationId, extension);
    return user === undefined
      ? refusedBecause('unknown-user')
      : work({ organisationId, userId: user.id }, user.name, place);
  });
}

export const hoursCommands: readonly Command[] = [set, clear, show];
