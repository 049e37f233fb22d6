import { randomUUID } from 'node:crypto';
import type { RecallRecord } from '../../common/db/recalls.ts';
import { hasCode } from '../../common/errors.ts';
import type { LegId } from '../call/event.ts';
import { registeredPlaces } from '../control/places.ts';
import type { EslConnection } from '../esl/connection.ts';
import { originateCommand } from '../esl/originate.ts';
import {
  type Directory,
  isSipDevice,
  type Language,
  type NumberOwner,
  type User,
} from '../routing/directory.ts';

export interface CallBackDeps {
  readonly directory: () => Directory;
  readonly control: () => Pick<EslConnection, 'send' | 'bgapi'> | undefined;
}

/** Rings the person's telephones; the one that is answered dials who waits. Mobiles are not rung. */
export function callBack({ directory, control }: CallBackDeps) {
  return async (recall: RecallRecord): Promise<'answered' | 'unanswered'> => {
    const owner = ownerOf(directory(), recall);
    const freeswitch = control();
    if (owner === undefined || freeswitch === undefined) return 'unanswered';
    const { organisation, user } = owner;
    const { domain } = organisation;
    const places = await registeredPlaces(freeswitch, user.devices.filter(isSipDevice), domain);
    if (places.length === 0) return 'unanswered';
    const command = originateCommand({
      user: { id: user.id, domain },
      legs: places.map((place) => ({ leg: randomUUID() as string as LegId, ...place })),
      shown: shown(recall, user.language),
      ringFor: user.ringFor,
      autoAnswer: false,
      then: { kind: 'dial', to: recall.caller },
    });
    return (await isAnswered(freeswitch, command, user)) ? 'answered' : 'unanswered';
  };
}

function ownerOf(
  { organisations }: Directory,
  { organisationId, userId }: RecallRecord,
): NumberOwner | undefined {
  const organisation = [...organisations.values()].find(({ id }) => id === organisationId);
  const user = [...(organisation?.users.values() ?? [])].find(({ id }) => id === userId);
  return organisation && user && { organisation, user };
}

/** That nobody answered is no failure of ours. */
async function isAnswered(
  freeswitch: Pick<EslConnection, 'bgapi'>,
  command: string,
  { ringFor }: User,
): Promise<boolean> {
  try {
    const said = await freeswitch.bgapi(command, (ringFor + SLACK_SECONDS) * 1_000);
    return said.startsWith('+OK');
  } catch (error) {
    if (hasCode(error, 'ESL_COMMAND_FAILED')) return false;
    throw error;
  }
}

const SLACK_SECONDS = 10;

const shown = ({ caller, callerName }: RecallRecord, language: Language) => ({
  name: `${WORD[language]} ${callerName || caller}`,
  number: caller,
});

/** So that whoever answers knows that they will hear it ring. */
const WORD: Readonly<Record<Language, string>> = { sv: 'Återuppringning', en: 'Call back' };
