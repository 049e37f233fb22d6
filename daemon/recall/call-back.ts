import type { RecallRecord } from '../../common/db/recalls.ts';
import { VaxelError } from '../../common/errors.ts';
import type { LegId } from '../call/event.ts';
import type { EslConnection } from '../esl/connection.ts';
import { type Contact, contactsCommand, readContacts } from '../esl/contacts.ts';
import { ringBackCommand, readAnswered } from '../esl/ring-back.ts';
import type { Directory, Language, NumberOwner, User } from '../routing/directory.ts';

export interface CallBackDeps {
  readonly directory: () => Directory;
  readonly control: () => Pick<EslConnection, 'api' | 'bgapi'> | undefined;
  /**
   * The person has answered and hears nothing yet: sends the leg to whom they
   * call, as if they had dialled it on that device.
   */
  readonly dial: (leg: LegId, owner: NumberOwner, caller: string) => Promise<void>;
}

/** Rings the person's devices, and calls for them who waits. */
export function callBack({ directory, control, dial }: CallBackDeps) {
  return async (recall: RecallRecord): Promise<'answered' | 'unanswered'> => {
    const owner = ownerOf(directory(), recall);
    const freeswitch = control();
    if (owner === undefined || freeswitch === undefined) return 'unanswered';
    const { organisation, user } = owner;
    const contacts = await contactsOf(freeswitch, user, organisation.domain);
    const command = ringBackCommand(
      {
        domain: organisation.domain,
        devices: user.devices,
        ringFor: user.ringFor,
        shown: shown(recall, user.language),
        markers: { recall: recall.id },
      },
      contacts,
    );
    if (command === undefined) return 'unanswered';
    const leg = readAnswered(await ringing(freeswitch, command, user));
    if (leg === undefined) return 'unanswered';
    await dial(leg as LegId, owner, recall.caller);
    return 'answered';
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

async function contactsOf(
  freeswitch: Pick<EslConnection, 'api'>,
  { devices }: User,
  domain: string,
): Promise<ReadonlyMap<string, readonly Contact[]>> {
  const contacts = new Map<string, readonly Contact[]>();
  for (const device of devices) {
    if (device.kind === 'mobile') continue;
    const answer = await freeswitch.api(
      contactsCommand(device.username, domain).slice('api '.length),
    );
    contacts.set(device.username, readContacts(answer));
  }
  return contacts;
}

/** What `originate` said; that nobody answered is no failure of ours. */
async function ringing(
  freeswitch: Pick<EslConnection, 'bgapi'>,
  command: string,
  { ringFor }: User,
): Promise<string> {
  try {
    return await freeswitch.bgapi(command, (ringFor + SLACK_SECONDS) * 1_000);
  } catch (error) {
    if (error instanceof VaxelError && error.code === 'ESL_COMMAND_FAILED') return '';
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
