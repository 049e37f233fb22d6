import { SHOWN_NUMBERS } from './shown-number.ts';

const AN_HOUR = ['1', '5', '10', '20', '50', '100', '200', 'any'] as const;

/** What is decided about a person's calls, and the values each takes. */
export const RULES = {
  busy: ['ring', 'busy', 'spoken', 'forward', 'voicemail'],
  'calls-at-once': ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'],
  blocked: ['busy', 'spoken', 'silence', 'voicemail'],
  'vip-through-busy': ['no', 'yes'],
  'vip-through-forward': ['no', 'yes'],
  'colleagues-through': ['no', 'yes'],
  shows: ['name', 'number'],
  'shown-number': SHOWN_NUMBERS,
  'calls-out': ['anywhere', 'domestic', 'none'],
  'calls-out-off-hours': ['anywhere', 'domestic', 'none'],
  'calls-out-at-once': ['1', '2', '3', '4', '5', '10', '20', '50', 'any'],
  premium: ['no', 'yes'],
  'domestic-an-hour': AN_HOUR,
  'abroad-an-hour': AN_HOUR,
  'premium-an-hour': AN_HOUR,
} as const;

export type RuleName = keyof typeof RULES;

/** A value of each rule, as it is typed and kept. */
export type RuleValues = { readonly [Name in RuleName]: (typeof RULES)[Name][number] };

/** For people: what each decides. */
export const RULE_MEANINGS: Readonly<Record<RuleName, string>> = {
  busy: 'what a caller meets while the person is on the phone',
  'calls-at-once': 'how many calls the devices ring for, under busy = ring',
  blocked: 'what a blocked caller meets',
  'vip-through-busy': 'a VIP rings though the person is on the phone',
  'vip-through-forward': 'a VIP rings though calls are forwarded',
  'colleagues-through': 'colleagues ring through a closed activity',
  shows: 'what devices show first of a caller',
  'shown-number':
    'which number calls outside show: the person’s, the organisation’s main one, none, their mobile’s',
  'calls-out':
    'where outside the person may call, and forward to; abroad is where the organisation allows',
  'calls-out-off-hours': 'the same, outside working hours',
  'calls-out-at-once': 'how many calls outside there may be at once',
  premium: 'whether premium numbers and directory enquiries may be called',
  'domestic-an-hour': 'how many calls outside within the country may begin in an hour',
  'abroad-an-hour': 'how many calls abroad may begin in an hour',
  'premium-an-hour':
    'how many calls to premium numbers and directory enquiries may begin in an hour',
};

export const RULE_NAMES: readonly RuleName[] = Object.keys(RULES).filter(isRuleName);

export function readRuleName(text: string): RuleName | undefined {
  return isRuleName(text) ? text : undefined;
}

export function readRuleValue<Name extends RuleName>(
  name: Name,
  text: string,
): RuleValues[Name] | undefined {
  return isValue(name, text) ? text : undefined;
}

const isValue = <Name extends RuleName>(name: Name, text: string): text is RuleValues[Name] =>
  RULES[name].some((value) => value === text);

/** Rules as they were kept; what cannot be read, and what is not there, is `otherwise`. */
export function ruleValues(
  kept: ReadonlyMap<string, string>,
  otherwise: RuleValues = USUAL_VALUES,
): RuleValues {
  const value = <Name extends RuleName>(name: Name): RuleValues[Name] =>
    readRuleValue(name, kept.get(name) ?? '') ?? otherwise[name];
  return {
    busy: value('busy'),
    'calls-at-once': value('calls-at-once'),
    blocked: value('blocked'),
    'vip-through-busy': value('vip-through-busy'),
    'vip-through-forward': value('vip-through-forward'),
    'colleagues-through': value('colleagues-through'),
    shows: value('shows'),
    'shown-number': value('shown-number'),
    'calls-out': value('calls-out'),
    'calls-out-off-hours': value('calls-out-off-hours'),
    'calls-out-at-once': value('calls-out-at-once'),
    premium: value('premium'),
    'domestic-an-hour': value('domestic-an-hour'),
    'abroad-an-hour': value('abroad-an-hour'),
    'premium-an-hour': value('premium-an-hour'),
  };
}

/** Where nobody has decided. */
const USUAL_VALUES: RuleValues = {
  busy: 'ring',
  'calls-at-once': '2',
  blocked: 'busy',
  'vip-through-busy': 'no',
  'vip-through-forward': 'no',
  'colleagues-through': 'no',
  shows: 'name',
  'shown-number': 'own',
  'calls-out': 'anywhere',
  'calls-out-off-hours': 'anywhere',
  'calls-out-at-once': '10',
  premium: 'no',
  'domestic-an-hour': '100',
  'abroad-an-hour': '20',
  'premium-an-hour': '5',
};

function isRuleName(text: string): text is RuleName {
  return Object.hasOwn(RULES, text);
}
