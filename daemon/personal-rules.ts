import { choiceOf } from '../common/db/choices.ts';
import type { Db } from '../common/db/open.ts';
import { DEFAULT_RULE } from '../common/db/rules.ts';
import { groupBy } from '../common/group-by.ts';
import { type RuleValues, ruleValues } from '../common/rule-catalogue.ts';
import { type EpochMs, epochMs, seconds } from '../common/time.ts';
import type { ActivityId } from './routing/activity.ts';
import type { Greeting, GreetingFor } from './routing/greetings.ts';
import {
  type Choice,
  type RingStep,
  type Rules,
  type Showing,
  USUAL_RULES,
} from './routing/rules.ts';

/** What people have decided, by user or device. Most have decided nothing, and share one object. */
export interface PersonalRules {
  readonly rulesOf: (user: { readonly id: string; readonly organisation_id: string }) => Rules;
  readonly showsOf: (device: string) => Showing | undefined;
  readonly greetingsOf: (user: string) => readonly Greeting[];
}

export type PersonalRows = Awaited<ReturnType<typeof readPersonalRows>>;

/** Of the whole server, in five queries; part of one picture of the database. */
export async function readPersonalRows(db: Db) {
  return {
    rules: await db.selectFrom('rule').select(['user_id', 'key', 'value']).execute(),
    devices: await db.selectFrom('device_rule').selectAll().execute(),
    steps: await db
      .selectFrom('ring_step')
      .selectAll()
      .orderBy('after_seconds')
      .orderBy('device_id')
      .execute(),
    choices: await db
      .selectFrom('choice')
      .select(['user_id', 'digit', 'target_kind', 'target'])
      .orderBy('digit')
      .execute(),
    greetings: await db
      .selectFrom('greeting')
      .select(['id', 'user_id', 'occasion', 'activity_id', 'ends_at'])
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .execute(),
  };
}

/** @param settings - of each organisation, by name. */
export function personalRules(
  rows: PersonalRows,
  settings: ReadonlyMap<string, ReadonlyMap<string, string>>,
): PersonalRules {
  const values = groupBy(rows.rules, ({ user_id }) => user_id);
  const steps = groupBy(rows.steps, ({ user_id }) => user_id);
  const choices = groupBy(rows.choices, ({ user_id }) => user_id);
  const greetings = groupBy(rows.greetings, ({ user_id }) => user_id);
  const shows = new Map(rows.devices.map((row) => [row.device_id, row.shows]));
  const defaults = new Map<string, Default>();

  function defaultOf(organisation: string): Default {
    const known = defaults.get(organisation) ?? readDefault(settings.get(organisation));
    defaults.set(organisation, known);
    return known;
  }

  return {
    rulesOf: ({ id, organisation_id }) => {
      const usual = defaultOf(organisation_id);
      const [own, ring, chosen] = [values.get(id), steps.get(id), choices.get(id)];
      if (own === undefined && ring === undefined && chosen === undefined) return usual.rules;
      const kept = new Map(own?.map(({ key, value }) => [key, value]));
      return Object.freeze({
        ...(own === undefined ? usual.rules : rulesOf(ruleValues(kept, usual.values))),
        choices: new Map(chosen?.map((row) => [row.digit, choice(row)])),
        ringPlans: ring === undefined ? USUAL_RULES.ringPlans : ringPlans(ring),
      });
    },
    showsOf: (device) => shows.get(device),
    greetingsOf: (user) => greetings.get(user)?.map(greeting) ?? NO_GREETINGS,
  };
}

interface Default {
  readonly values: RuleValues;
  readonly rules: Rules;
}

function readDefault(settings: ReadonlyMap<string, string> | undefined): Default {
  const own = [...(settings ?? [])].filter(([key]) => key.startsWith(DEFAULT_RULE));
  const values = ruleValues(
    new Map(own.map(([key, value]) => [key.slice(DEFAULT_RULE.length), value])),
  );
  return { values, rules: own.length === 0 ? USUAL_RULES : rulesOf(values) };
}

const rulesOf = (values: RuleValues): Rules =>
  Object.freeze({
    ...USUAL_RULES,
    busy: values.busy,
    callsAtOnce: Number(values['calls-at-once']),
    blocked: values.blocked,
    vipThroughBusy: values['vip-through-busy'] === 'yes',
    vipThroughForward: values['vip-through-forward'] === 'yes',
    colleaguesThrough: values['colleagues-through'] === 'yes',
    shows: values.shows,
    shownNumber: values['shown-number'],
    callsOut: Object.freeze({
      reach: values['calls-out'],
      offHours: values['calls-out-off-hours'],
      premium: values.premium === 'yes',
      atOnce: most(values['calls-out-at-once']),
      anHour: Object.freeze({
        domestic: most(values['domestic-an-hour']),
        abroad: most(values['abroad-an-hour']),
        premium: most(values['premium-an-hour']),
      }),
    }),
  });

/** `any` is no limit. */
export const most = (value: string): number | undefined =>
  value === 'any' ? undefined : Number(value);

const choice = (row: PersonalRows['choices'][number]): Choice =>
  Object.freeze(choiceOf(row.target_kind, row.target ?? ''));

function ringPlans(steps: readonly PersonalRows['steps'][number][]): Rules['ringPlans'] {
  const plans = groupBy(steps, ({ activity_id }) =>
    activity_id === null ? undefined : (activity_id as ActivityId),
  );
  return new Map(
    [...plans].map(([activity, rows]): [ActivityId | undefined, readonly RingStep[]] => [
      activity,
      rows.map((row) => ({ device: row.device_id, after: seconds(row.after_seconds) })),
    ]),
  );
}

const greeting = (row: PersonalRows['greetings'][number]): Greeting =>
  Object.freeze({ id: row.id, for: occasion(row), endsAt: moment(row.ends_at) });

function occasion({ occasion: kind, activity_id }: PersonalRows['greetings'][number]): GreetingFor {
  if (kind !== 'activity') return { kind };
  if (activity_id === null) throw new Error('the table lets no such greeting be without activity');
  return { kind, activity: activity_id as ActivityId };
}

const moment = (at: number | null): EpochMs | undefined => (at === null ? undefined : epochMs(at));

const NO_GREETINGS: readonly Greeting[] = [];
