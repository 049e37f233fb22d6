import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findActivity } from '../common/db/activities.ts';
import {
  addGreeting,
  type GreetingRecord,
  listGreetings,
  type NewGreeting,
  removeGreeting,
} from '../common/db/greetings.ts';
import type { UserRecord } from '../common/db/users.ts';
import { layoutOf } from '../daemon/freeswitch/layout.ts';
import { placeFile } from '../daemon/voice/place-file.ts';
import { encodeWav } from '../daemon/voice/wav.ts';
import { type Command, done } from './command.ts';
import { momentText, readEnd } from './moments.ts';
import { table } from './print.ts';
import { refusedBecause } from './refusals.ts';
import { readSoundFile, soundSeconds } from './sound-file.ts';
import { ORG, withUser } from './users.ts';
import { changed, inOrganisation, type Workplace } from './workplace.ts';

const add: Command = {
  words: 'greeting add',
  summary: 'let callers hear a recording of the person’s own; or their name, in referrals',
  takes: ['<extension>'],
  options: {
    file: { value: '<wav>', required: true, summary: 'at most two minutes' },
    for: {
      value: '<always|name|busy|no-answer|activity:…>',
      required: true,
      summary: 'when it is heard',
    },
    label: { value: '<text>', summary: 'what the person calls it' },
    until: { value: '<time>', summary: 'when it is no longer heard' },
    org: ORG,
  },
  run: async (invocation) =>
    withUser(invocation, async (user, place, { zone }) => {
      const { values } = invocation;
      const occasion = await readOccasion(values.get('for') ?? '', user, place);
      if (occasion === undefined) return refusedBecause('bad-occasion');
      const endsAt = readEnd(values.get('until'), place.now, zone);
      if (typeof endsAt === 'object') return endsAt;
      const sound = readSoundFile(values.get('file') ?? '');
      if ('kind' in sound) return sound;
      const folder = folderOf(place);
      const keep = async (id: string) => {
        mkdirSync(folder, { recursive: true, mode: 0o755 });
        await placeFile(join(folder, `${id}.wav`), encodeWav(sound));
      };
      const wanted = { ...occasion, label: values.get('label') ?? '', endsAt };
      const result = await addGreeting(place.db, user, wanted, place.now, keep);
      if (result.kind === 'refused') return refusedBecause(result.why);
      const { id } = result.greeting;
      const text = `added ${id}, ${soundSeconds(sound)} s`;
      return changed(place, invocation, done(result.greeting, text));
    }),
};

const list: Command = {
  words: 'greeting list',
  summary: 'list a person’s recordings',
  takes: ['<extension>'],
  options: { org: ORG },
  run: async (invocation) =>
    withUser(invocation, async (user, place, { zone }) => {
      const folder = folderOf(place);
      const greetings = (await listGreetings(place.db, user.id)).map((greeting) => ({
        ...greeting,
        file: join(folder, `${greeting.id}.wav`),
      }));
      const rows = greetings.map((one) => [
        one.id,
        occasionText(one),
        one.label,
        momentText(one.endsAt, zone),
        one.endsAt !== undefined && one.endsAt <= place.now ? 'over' : '',
      ]);
      return done(greetings, table(['ID', 'FOR', 'LABEL', 'UNTIL', ''], rows));
    }),
};

const remove: Command = {
  words: 'greeting remove',
  summary: 'remove a recording',
  takes: ['<id>'],
  options: { org: ORG },
  run: async (invocation) =>
    inOrganisation(invocation, async (organisation, place) => {
      const id = invocation.args[0] ?? '';
      if (!(await removeGreeting(place.db, organisation.id, id))) {
        return refusedBecause('unknown-greeting');
      }
      const outcome = await changed(place, invocation, done({ id }, `removed ${id}`));
      // After nobody is sent to it any more; a call that plays it holds it open.
      rmSync(join(folderOf(place), `${id}.wav`), { force: true });
      return outcome;
    }),
};

export const greetingCommands: readonly Command[] = [add, list, remove];

const folderOf = ({ config }: Workplace): string => layoutOf(config.state).greetings;

async function readOccasion(
  text: string,
  user: UserRecord,
  { db }: Workplace,
): Promise<Pick<NewGreeting, 'occasion' | 'activityId'> | undefined> {
  const plain = PLAIN.find((occasion) => occasion === text);
  if (plain !== undefined) return { occasion: plain, activityId: undefined };
  const [, name] = /^activity:(.+)$/.exec(text) ?? [];
  if (name === undefined) return undefined;
  const owner = { organisationId: user.organisationId, userId: user.id };
  const activity = await findActivity(db, owner, name);
  return activity && { occasion: 'activity', activityId: activity.id };
}

const PLAIN = ['always', 'name', 'busy', 'no-answer'] as const;

const occasionText = ({ occasion, activityId }: GreetingRecord): string =>
  occasion === 'activity' ? `activity:${activityId ?? ''}` : occasion;
