import { legsOfCall } from '../common/db/call-legs.ts';
import {
  type DecisionRecord,
  decisionsOfLeg,
  lastDecidedLeg,
  type WhoseCalls,
} from '../common/db/decisions.ts';
import type { Db } from '../common/db/open.ts';
import { findTeam } from '../common/db/teams.ts';
import { findUser } from '../common/db/users.ts';
import { readDecision } from '../daemon/decisions/record.ts';
import { explain } from '../daemon/explain/explain.ts';
import { promptText } from '../daemon/voice/prompt-text.ts';
import { type Command, done, type Outcome, refused, wrongUsage } from './command.ts';
import { refusedBecause } from './refusals.ts';
import { ORG } from './users.ts';
import { inOrganisation, type Workplace } from './workplace.ts';

export const whyCommand: Command = {
  words: 'why',
  summary: 'explain why a call went where it went',
  takes: ['<leg|last>'],
  options: {
    for: {
      value: '<extension>',
      summary: 'with last: the last that came to this person or team, or rang there',
    },
    language: { value: '<sv|en>', summary: 'else the organisation’s' },
    org: ORG,
  },
  run: async (invocation) =>
    inOrganisation(invocation, async (organisation, place) => {
      const { args, values } = invocation;
      const language = values.get('language') ?? organisation.language;
      if (language !== 'sv' && language !== 'en') return refusedBecause('unknown-language');
      const [asked = ''] = args;
      if (asked !== 'last' && values.has('for')) {
        return wrongUsage('--for goes with last: vaxel why last --for 100');
      }
      const extension = values.get('for');
      const whose =
        extension === undefined
          ? undefined
          : await whoseCalls(place.db, organisation.id, extension);
      if (extension !== undefined && whose === undefined) return refusedBecause('unknown-user');
      const leg = asked === 'last' ? await lastDecidedLeg(place.db, organisation.id, whose) : asked;
      return why(leg, organisation, language, place);
    }),
};

async function whoseCalls(
  db: Db,
  organisation: string,
  extension: string,
): Promise<WhoseCalls | undefined> {
  const user = await findUser(db, organisation, extension);
  if (user !== undefined) return { userId: user.id };
  const team = await findTeam(db, organisation, extension);
  return team && { teamId: team.id };
}

async function why(
  leg: string | undefined,
  organisation: { readonly id: string; readonly zone: string },
  language: 'sv' | 'en',
  { db }: Workplace,
): Promise<Outcome> {
  const records = leg === undefined ? [] : await decisionsOfLeg(db, leg);
  const legs = leg === undefined ? [] : await legsOfCall(db, leg);
  if (records.length === 0 && legs.length === 0) {
    return refused('unknown-call', 'no such call is known: calls are forgotten after 90 days');
  }
  if (records.some((record) => !belongsTo(record, organisation.id))) {
    return refused('unknown-call', 'that call was another organisation’s');
  }
  const decisions = records.flatMap((record) => readDecision(record) ?? []);
  const textOf = (name: string) => promptText(language, name);
  const sentences = explain({ decisions, legs }, organisation.zone, language, textOf);
  return done({ leg, sentences, decisions, legs }, sentences.join('\n'));
}

const belongsTo = ({ organisationId }: DecisionRecord, id: string): boolean =>
  organisationId === undefined || organisationId === id;
