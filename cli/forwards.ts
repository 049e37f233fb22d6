import {
  clearForwards,
  FORWARD_REASONS,
  type ForwardReason,
  type ForwardRecord,
  isOn,
  type KeptTarget,
  listForwards,
  setForward,
  type SetForward,
} from '../common/db/forwards.ts';
import { readForwardTarget } from '../common/forward-target.ts';
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
      if (result.kind === 'refused') return whyNot(result);
      const { forward } = result;
      const until = endsAt === undefined ? '' : ` until ${momentText(endsAt, organisation.zone)}`;
      const text = `${reason} forwarded to ${targetWord(forward.to)}${until}`;
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
      const words = ended.map((forward) => `${forward.reason} to ${targetWord(forward.to)}`);
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

function whyNot(refusal: Extract<SetForward, { kind: 'refused' }>): Refused {
  if (refusal.why !== 'forward-loop') return refusedBecause(refusal.why);
  const chain = refusal.chain.join(' → ');
  return refused(
    refusal.why,
    `calls would go in a circle: ${chain}; end one of these first, vaxel forward clear <extension>`,
  );
}

export function targetWord(to: KeptTarget): string {
  switch (to.kind) {
    case 'extension':
      return to.extension;
    case 'number':
      return to.number;
    case 'voicemail':
      return 'voicemail';
  }
}

const shown = (forwards: readonly ForwardRecord[], now: EpochMs) =>
  forwards.map((forward) => ({ ...forward, on: isOn(forward, now) }));

function forwardTable(forwards: readonly ForwardRecord[], now: EpochMs, zone: string): string {
  const rows = forwards.map((one) => [
    one.extension,
    one.name,
    one.reason,
    targetWord(one.to),
    isOn(one, now) ? 'on' : 'off',
    momentText(one.endsAt, zone),
    `${one.source} ${momentText(one.setAt, zone)}`,
  ]);
  return table(['EXTENSION', 'NAME', 'WHEN', 'TO', 'STATE', 'UNTIL', 'SET BY'], rows);
}
