import type { LampState } from '../call/lamp.ts';
import type { Line } from '../lines/line.ts';
import type { LampRules } from '../routing/directory.ts';

/** What a person’s lamp is made of. */
export interface PersonNow {
  readonly line: Pick<Line, 'state' | 'reach'>;
  /** What the person is doing closes the line to calls: at lunch, in a meeting. */
  readonly closed: boolean;
}

/** Lit: a lamp says “free” only of somebody who is. */
export const LAMP_RULES: LampRules = { closed: 'lit', unreachable: 'lit' };

/** The telephone speaks first; where it is silent, the activity, then whether it is there at all. */
export function personLamp({ line, closed }: PersonNow, rules: LampRules): LampState {
  const busy = OF_LINE[line.state];
  if (busy !== 'off') return busy;
  if (closed && rules.closed === 'lit') return 'busy';
  return line.reach !== 'reachable' && rules.unreachable === 'lit' ? 'busy' : 'off';
}

const OF_LINE: Readonly<Record<Line['state'], LampState>> = {
  idle: 'off',
  ringing: 'ringing',
  busy: 'busy',
  held: 'held',
};
