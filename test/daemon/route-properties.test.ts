import fc from 'fast-check';
import t from 'tap';
import type { E164, Extension } from '../../common/phone-number.ts';
import type { Again, Question, Unanswered } from '../../daemon/call/question.ts';
import type { User } from '../../daemon/routing/directory.ts';
import { findContact } from '../../daemon/routing/find-contact.ts';
import { type Plan, type Routing, rungAt } from '../../daemon/routing/plan.ts';
import { route } from '../../daemon/routing/route.ts';
import type { World } from '../../daemon/routing/world.ts';
import { caller, now, OUTSIDERS, questionFrom, TEAM, wholeCompany } from '../support/companies.ts';
import { anka } from '../support/office.ts';

const callee = fc.constantFrom('100', '101', '102');
/** How each telephone that rings ends, and what the caller presses: read in turn while a call lasts. */
const fates = fc.infiniteStream(
  fc.tuple(
    fc.constantFrom<Unanswered>('busy', 'no-answer', 'unreachable'),
    fc.constantFrom('', '1', '2', '3', '9'),
  ),
);
const RUNS = { numRuns: 500 };

/** What FreeSWITCH asks next; undefined where it runs the plan to its end alone. */
function nextQuestion(
  plan: Plan,
  asked: Question,
  [why, digit]: readonly [Unanswered, string],
): Question | undefined {
  const again = (what: Again): Question => ({ ...asked, again: what });
  if (plan.kind === 'ring' && plan.asks) {
    const { domain, via } = plan;
    return again({ kind: 'unanswered', why, domain, extension: rungAt(plan), via });
  }
  if (plan.kind === 'referral' && plan.choices.includes(digit) && digit !== '') {
    const { then, via } = plan;
    return again({ kind: 'choice', digit, domain: then.domain, extension: then.mailbox, via });
  }
  return undefined;
}

/** A whole call, at which nobody ever answers. */
function decisionsOf(
  question: Question,
  world: World,
  fate: Iterator<readonly [Unanswered, string]>,
): readonly Routing[] {
  const decisions: Routing[] = [];
  for (let asked: Question | undefined = question; asked !== undefined;) {
    const decided = route(asked, world, now);
    decisions.push(decided);
    const next = fate.next();
    if (next.done === true || decisions.length > 50) break;
    asked = nextQuestion(decided.plan, question, next.value);
  }
  return decisions;
}

t.test('block always wins', async () => {
  fc.assert(
    fc.property(wholeCompany, fc.constantFrom(...OUTSIDERS), callee, (world, from, to) => {
      const user = world.directory.organisations.get(anka.domain)?.users.get(to as Extension);
      const known = findContact(world.contacts, anka.id, user?.id ?? '', from as E164);
      fc.pre(known?.contact.blocked === true);
      const { plan, trace, effects } = route(questionFrom(from, to), world, now);
      const stopped =
        plan.kind === 'silence' ||
        plan.kind === 'unheard' ||
        (plan.kind === 'refuse' && [480, 486].includes(plan.sip));
      return stopped && trace.at(-1)?.rule === 'block' && effects.length === 0;
    }),
    RUNS,
  );
});

t.test('a call that nobody answers ends somewhere, and rings nobody twice on its way', async () => {
  fc.assert(
    fc.property(wholeCompany, caller, callee, fates, (world, from, to, fate) => {
      const decisions = decisionsOf(questionFrom(from, to), world, fate[Symbol.iterator]());
      const rung = decisions.flatMap(({ plan }) =>
        plan.kind === 'ring' && plan.legs.some(({ device }) => device.kind !== 'mobile')
          ? [rungAt(plan)]
          : [],
      );
      const last = decisions.at(-1)?.plan;
      const ends = last !== undefined && last.kind !== 'native' && decisions.length <= 10;
      return ends && new Set(rung).size === rung.length;
    }),
    RUNS,
  );
});

t.test('the trace names the rule that decided', async (t) => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(wholeCompany, caller, callee, fates, (world, from, to, fate) => {
      const decisions = decisionsOf(questionFrom(from, to), world, fate[Symbol.iterator]());
      for (const { plan } of decisions) seen.add(plan.kind);
      return decisions.every(({ plan, trace }) => {
        const decided = trace.at(-1)?.rule ?? '';
        return RULES[plan.kind]?.includes(decided) === true && trace.at(-1)?.because !== '';
      });
    }),
    // So many that what is rarest is met: a caller who asks to be called.
    { numRuns: 2_500 },
  );
  t.same([...seen].sort(), Object.keys(RULES).sort(), 'every outcome was met');
});

/** Which rules can decide on what. */
const RULES: Readonly<Partial<Record<Plan['kind'], readonly string[]>>> = {
  ring: ['fork'],
  referral: ['activity', 'referral'],
  voicemail: ['busy', 'choice', 'forward', 'unanswered'],
  out: ['trunk'],
  refuse: ['block', 'busy', 'forward', 'unanswered', 'calls out'],
  silence: ['block'],
  unheard: ['block'],
  announce: ['choice'],
};

t.test('the same input gives the same bytes', async () => {
  fc.assert(
    fc.property(wholeCompany, caller, callee, (world, from, to) => {
      const bytes = () => JSON.stringify(route(questionFrom(from, to), world, now));
      return bytes() === bytes();
    }),
  );
});

t.test('a team rings exactly the devices of those who are to be rung', async (t) => {
  let some = 0;
  fc.assert(
    fc.property(wholeCompany, fc.constantFrom('101', '103'), (world, from) => {
      const organisation = world.directory.organisations.get(anka.domain);
      const members = organisation?.teams?.get(TEAM)?.members ?? [];
      const wanted = members.flatMap((extension) => {
        const user = organisation?.users.get(extension);
        return user !== undefined && isToBeRung(user, from, world) ? user.devices : [];
      });
      const { plan } = route(questionFrom(from, TEAM), world, now);
      const ours = plan.kind === 'ring' && rungAt(plan) === TEAM;
      const rung = ours ? plan.legs.map(({ device }) => device) : [];
      if (rung.length > 0) some += 1;
      fc.pre(plan.kind !== 'refuse' || plan.sip !== 486);
      return JSON.stringify(rung) === JSON.stringify(wanted);
    }),
    RUNS,
  );
  t.ok(some > RUNS.numRuns / 10, 'and often somebody');
});

/** As the documentation has it, once more. */
function isToBeRung(user: User, from: string, { presence, calls, contacts }: World): boolean {
  const status = presence.statuses.get(user.id);
  const holds = status?.endsAt === undefined || status.endsAt > now ? status : undefined;
  const activity = holds && anka.activities.get(holds.activity);
  const busy = calls.get(user.id)?.busy ?? 0;
  const { busy: rule, callsAtOnce } = user.rules;
  // Of the two colleagues who call, 103 has no number, and so is nobody's contact.
  const number = from === '101' ? ('+46812345601' as E164) : undefined;
  const blocked = findContact(contacts, anka.id, user.id, number)?.contact.blocked === true;
  return (
    user.extension !== from &&
    !blocked &&
    activity?.teamsRing !== false &&
    (busy === 0 || (rule === 'ring' && busy < callsAtOnce))
  );
}
