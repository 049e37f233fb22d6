import {
  clearForwards,
  FORWARD_REASONS,
  type ForwardReason,
  type ForwardRecord,
  isOn,
  listForwards,
  setForward,
  type SetForward,
} from '../common/db/forwards.ts';
import { forwardTargetText, readForwardTarget } from '../common/forward-target.ts';
import type { UserRecord } from '../common/db/users.ts';
import type { NeverAllowed } from '../common/outside-reach.ts';
import type { EpochMs } from '../common/time.ts';
import { type Command, done, type Refused, refused } from './command.ts';
import { momentText, readEnd } from './moments.ts';
import { table } from './print.ts';
import { refusedBecause } from './refusals.ts';
import { ORG, withUser } from './users.ts';
import { changed, inOrganisation } from './workplace.ts';

const WHEN = '<always|busy|no-answer|unreachable>';

const set: Command = {
  words: 'forward set',
  summary: 'send a person’s calls on',
  takes: ['<extension>'],
  options: {
    when: { value: WHEN, required: true, summary: 'for which calls' },
    to: { value: '<extension|number|voicemail>', required: true, summary: 'where they go' },
    until: { value: '<time>', summary: 'when it ends by itself' },
    org: ORG,
  },
  run: async (invocation) =>
    withUser(invocation, async (user, place, organisation) => {
      const { values } = invocation;
      const reason = readReason(values.get('when'));
      if (reason === undefined) return refusedBecause('bad-when');
      const to = readForwardTarget(values.get('to') ?? '', organisation);
      if (typeof to === 'string') return refusedBecause(to);
      const endsAt = readEnd(values.get('until'), place.now, organisation.zone);
      if (typeof endsAt === 'object') return endsAt;
      const wanted = { reason, to, endsAt, source: 'admin' } as const;
      const result = await setForward(place.db, user, wanted, place.now);
      if (result.kind === 'refused') return whyNot(user, result);
      const { forward } = result;
      const until = endsAt === undefined ? '' : ` until ${momentText(endsAt, organisation.zone)}`;
      const text = `${reason} forwarded to ${forwardTargetText(forward.to)}${until}`;
      return changed(place, invocation, done(forward, `${user.extension} ${user.name}: ${text}`));
    }),
};

const clear: Command = {
  words: 'forward clear',
  summary: 'end a person’s forwards, or one of them',
  takes: ['<extension>'],
  options: { when: { value: WHEN, summary: 'only that one' }, org: ORG },
  run: async (invocation) =>
    withUser(invocation, async (user, place) => {
      const when = invocation.values.get('when');
      const reason = readReason(when);
      if (when !== undefined && reason === undefined) return refusedBecause('bad-when');
      const ended = await clearForwards(place.db, user, reason, 'admin', place.now);
      const words = ended.map((forward) => `${forward.reason} to ${forwardTargetText(forward.to)}`);
      const text = words.length === 0 ? 'there was none' : `ended ${words.join(', ')}`;
      return changed(place, invocation, done(ended, text));
    }),
};

const show: Command = {
  words: 'forward show',
  summary: 'show where a person’s calls go, and where they went last',
  takes: ['<extension>'],
  options: { org: ORG },
  run: async (invocation) =>
    withUser(invocation, async (user, { db, now }, { zone }) => {
      const forwards = await listForwards(db, user.organisationId, user.id);
      return done(shown(forwards, now), forwardTable(forwards, now, zone));
    }),
};

const list: Command = {
  words: 'forward list',
  summary: 'list every forward that is on, so that none is forgotten',
  takes: [],
  options: { org: ORG },
  run: async (invocation) =>
    inOrganisation(invocation, async ({ id, zone }, { db, now }) => {
      const forwards = (await listForwards(db, id)).filter((forward) => isOn(forward, now));
      return done(shown(forwards, now), forwardTable(forwards, now, zone));
    }),
};

export const forwardCommands: readonly Command[] = [set, clear, show, list];

const readReason = (text: string | undefined): ForwardReason | undefined =>
  FORWARD_REASONS.find((reason) => reason === text);

function whyNot(user: UserRecord, refusal: Extract<SetForward, { kind: 'refused' }>): Refused {
  if (refusal.why === 'may-not-call') return refusedForward(user, refusal.barred);
  if (refusal.why !== 'forward-loop') return refusedBecause(refusal.why);
  return refusedCircle(refusal.chain);
}

export const refusedCircle = (chain: readonly string[]): Refused =>
  refused(
    'forward-loop',
    `calls would go in a circle: ${chain.join(' → ')}; end one of these first, vaxel forward clear <extension>, or of a team vaxel team set <extension> --no-answer hang-up`,
  );

/** Where calls are sent is called by whoever sends them there, and so by the same rules. */
export const refusedForward = ({ extension, name }: UserRecord, why: NeverAllowed): Refused =>
  refused(
    'may-not-call',
    `${extension} ${name} may not call there, and so not send calls there: ${MAY_NOT[why](`show ${extension}`)}`,
  );

/** The same of a team, which has no rules of its own. */
export const refusedTeamForward = (why: NeverAllowed): Refused =>
  refused(
    'may-not-call',
    `teams may not call there, since who has no rule of their own may not: ${MAY_NOT[why]('list')}`,
  );

const MAY_NOT: Readonly<Record<NeverAllowed, (shown: string) => string>> = {
  'none-outside': (shown) => `rule calls-out is none (vaxel rule ${shown})`,
  'domestic-only': (shown) => `rule calls-out is domestic (vaxel rule ${shown})`,
  premium: (shown) => `rule premium is no (vaxel rule ${shown})`,
  country: () => 'setting countries leaves that country out (vaxel setting list)',
};

const shown = (forwards: readonly ForwardRecord[], now: EpochMs) =>
  forwards.map((forward) => ({ ...forward, on: isOn(forward, now) }));

function forwardTable(forwards: readonly ForwardRecord[], now: EpochMs, zone: string): string {
  const rows = forwards.map((one) => [
    one.extension,
    one.name,
    one.reason,
    forwardTargetText(one.to),
    isOn(one, now) ? 'on' : 'off',
    momentText(one.endsAt, zone),
    `${one.source} ${momentText(one.setAt, zone)}`,
  ]);
  return table(['EXTENSION', 'NAME', 'WHEN', 'TO', 'STATE', 'UNTIL', 'SET BY'], rows);
}
