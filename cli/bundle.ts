import { writeFileSync } from 'node:fs';
import { legsOfCall } from '../common/db/call-legs.ts';
import { decisionsOfLeg } from '../common/db/decisions.ts';
import { packageVersion } from '../common/package-root.ts';
import { readDecision } from '../daemon/decisions/record.ts';
import { redact } from '../daemon/journal/redact.ts';
import { readWorld } from '../daemon/read-world.ts';
import type { World } from '../daemon/routing/world.ts';
import { type Command, done, refused } from './command.ts';
import { ORG } from './users.ts';
import { inOrganisation } from './workplace.ts';

export const bundleCommand: Command = {
  words: 'bundle',
  summary: 'all that is known of a call as a file for support, without names and numbers',
  takes: ['<leg>'],
  options: {
    out: { value: '<file>', summary: 'where to; else it is printed' },
    org: ORG,
  },
  run: async (invocation) =>
    inOrganisation(invocation, async (organisation, { db }) => {
      const [leg = ''] = invocation.args;
      const records = (await decisionsOfLeg(db, leg)).filter(
        ({ organisationId = organisation.id }) => organisationId === organisation.id,
      );
      const decisions = records.flatMap((record) => readDecision(record) ?? []);
      const legs = await legsOfCall(db, leg);
      if (decisions.length === 0) {
        return refused('unknown-call', 'no such call is known: calls are forgotten after 90 days');
      }
      const seen = decisions.flatMap(({ seen: { caller, people } }) => [
        caller.name,
        ...people.map(({ name }) => name),
      ]);
      const callers = decisions.map(({ question }) => question?.callerName ?? '');
      const names = [...namesOf(await readWorld(db)), ...seen, ...callers];
      const bundle = { vaxel: packageVersion(), decisions, legs };
      const redacted = redact(bundle, names);
      const text = JSON.stringify(redacted, undefined, 2);
      const file = invocation.values.get('out');
      if (file === undefined) return done(redacted, text);
      writeFileSync(file, `${text}\n`, { mode: 0o600 });
      return done({ file }, `written to ${file}: read it before you send it`);
    }),
};

function namesOf({ directory, contacts }: World): readonly string[] {
  const organisations = [...directory.organisations.values()];
  return [
    ...organisations.flatMap(({ name, domain, trunks, users, teams }) => [
      ...[name, domain],
      ...[...(teams?.values() ?? [])].flatMap(({ user, spokenName }) => [user.name, spokenName]),
      ...trunks.map((trunk) => trunk.host),
      ...[...users.values()].flatMap((user) => [
        user.name,
        ...user.devices.flatMap((device) => (device.kind === 'mobile' ? [] : [device.username])),
      ]),
    ]),
    ...[...contacts.personal.values(), ...contacts.shared.values()].flatMap(({ name, company }) => [
      name,
      company,
    ]),
  ];
}
