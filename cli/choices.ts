import {
  type ChoiceRecord,
  clearChoices,
  listChoices,
  setChoice,
  type WantedChoice,
} from '../common/db/choices.ts';
import type { OrganisationRecord } from '../common/db/organisations.ts';
import { readForwardTarget } from '../common/forward-target.ts';
import { type Command, done, type Refused } from './command.ts';
import { table } from './print.ts';
import { refusedForward } from './forwards.ts';
import { refusedBecause } from './refusals.ts';
import { ORG, withUser } from './users.ts';
import { changed } from './workplace.ts';

const set: Command = {
  words: 'choice set',
  summary: 'offer callers something by a digit, after they heard that the person is away',
  takes: [
    '<extension>',
    '<digit>',
    '<message|extension:101|number:+46…|switchboard|mobile|recall>',
  ],
  options: { org: ORG },
  run: async (invocation) =>
    withUser(invocation, async (user, place, organisation) => {
      const [, digit = '', text = ''] = invocation.args;
      const wanted = readChoice(text, organisation);
      if (wanted.kind === 'refused') return wanted;
      const result = await setChoice(place.db, user, digit, wanted);
      if (result.kind === 'refused') {
        return result.why === 'may-not-call'
          ? refusedForward(user, result.barred)
          : refusedBecause(result.why);
      }
      const data = { extension: user.extension, digit, choice: result.choice };
      const words = `${user.extension}: ${digit} is now ${choiceText(result.choice)}`;
      return changed(place, invocation, done(data, words));
    }),
};

const show: Command = {
  words: 'choice show',
  summary: 'show what callers of a person may choose',
  takes: ['<extension>'],
  options: { org: ORG },
  run: async (invocation) =>
    withUser(invocation, async (user, { db }) => {
      const choices = await listChoices(db, user.id);
      const rows = choices.map(({ digit, choice }) => [digit, choiceText(choice)]);
      return done(choices, table(['DIGIT', 'CHOICE'], rows));
    }),
};

const clear: Command = {
  words: 'choice clear',
  summary: 'offer nothing any longer, or not by that digit',
  takes: ['<extension>'],
  options: { digit: { value: '<digit>', summary: 'only that one' }, org: ORG },
  run: async (invocation) =>
    withUser(invocation, async (user, place) => {
      const removed = await clearChoices(place.db, user, invocation.values.get('digit'));
      const text = removed ? 'no longer offered' : 'nothing was offered';
      return changed(place, invocation, done({ removed }, text));
    }),
};

export const choiceCommands: readonly Command[] = [set, show, clear];

function readChoice(text: string, organisation: OrganisationRecord): WantedChoice | Refused {
  const plain = PLAIN.find((kind) => kind === text);
  if (plain !== undefined) return { kind: plain };
  const [, kind, target = ''] = /^(extension|number):(.+)$/.exec(text) ?? [];
  if (kind === undefined) return refusedBecause('bad-choice');
  const to = readForwardTarget(target, organisation);
  if (typeof to === 'string') return refusedBecause(to);
  if (to.kind === 'voicemail' || to.kind !== kind) return refusedBecause('bad-choice');
  return to;
}

const PLAIN = ['message', 'switchboard', 'mobile', 'recall'] as const;

function choiceText(choice: ChoiceRecord): string {
  if (choice.kind === 'extension') return `extension:${choice.extension}`;
  return choice.kind === 'number' ? `number:${choice.number}` : choice.kind;
}
