import { commandLineToken } from '../common/db/api-tokens.ts';
import { postToDaemon } from '../common/post-to-daemon.ts';
import { type Command, done, type Invocation, type Outcome, refused } from './command.ts';
import { daemonDown } from './daemon-down.ts';
import { refusedBecause } from './refusals.ts';
import { ORG } from './users.ts';
import { inOrganisation } from './workplace.ts';

export const hangupCommand: Command = {
  words: 'hangup',
  summary:
    'end every call of a person, and those that leave at the cost of a person or a team; never an emergency call',
  takes: ['<extension>'],
  options: { org: ORG },
  run: hangup,
};

async function hangup(invocation: Invocation): Promise<Outcome> {
  const [extension = ''] = invocation.args;
  return inOrganisation(invocation, async ({ id }, { db, box, now, config }) => {
    const token = await commandLineToken(db, box, id, now);
    const path = `/v1/lines/${encodeURIComponent(extension)}/hangup`;
    const { status, body } = await postToDaemon(config, path, { token });
    if (status === 404) return refusedBecause('unknown-user');
    if (status === 503) return refusedBecause('freeswitch-away');
    if (status !== 200 || !hasCalls(body)) {
      const { found, mend } = daemonDown(config);
      return refused('daemon-down', `${found}: ${mend}. Calls go on`);
    }
    const { calls } = body;
    return done({ calls }, `${calls} ${calls === 1 ? 'call' : 'calls'} of ${extension} ended`);
  });
}

const hasCalls = (body: unknown): body is { readonly calls: number } =>
  typeof body === 'object' && body !== null && 'calls' in body && typeof body.calls === 'number';
