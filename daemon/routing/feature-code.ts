import type { ForwardReason } from './presence.ts';

/** What somebody asks of the exchange by dialling it. */
export type FeatureCode =
  /** `*23*1*1300#`: `until` is the four digits as they were dialled, a time of day or a date. */
  | { readonly kind: 'set-activity'; readonly position: number; readonly until?: string }
  /** `*23#`, or `*23*` by whom the rest does not come to mind: by a voice menu. */
  | { readonly kind: 'menu' }
  /** `#23#` */
  | { readonly kind: 'clear-activity' }
  /** `*21*101#`: `to` is what was dialled, to be read as any other number. */
  | { readonly kind: 'set-forward'; readonly reason: ForwardReason; readonly to: string }
  /** `#21#` */
  | { readonly kind: 'clear-forward'; readonly reason: ForwardReason }
  /** `*#21#` */
  | { readonly kind: 'ask-forward'; readonly reason: ForwardReason }
  /** `*23*1*13#`: the digits are a code's, and the rest is not its own. */
  | { readonly kind: 'misdialled'; readonly of: 'activity' | 'forward' };

/** The digits of each code: `*<digits>*…#`. */
export interface FeatureDigits {
  readonly activity: string;
  readonly forward: Readonly<Record<ForwardReason, string>>;
}

/**
 * The forwards as on every mobile network (3GPP TS 22.030 annex B); 23 is what
 * Swedish company exchanges have for one's own absence.
 */
export const USUAL_DIGITS: FeatureDigits = {
  activity: '23',
  forward: { always: '21', busy: '67', 'no-answer': '61', unreachable: '62' },
};

/**
 * Reads a code whole; the last `#` may be missing, since many phones take it for
 * "dial now" and do not send it. What begins as one of ours and goes on otherwise
 * is a slip of the finger, and never a number.
 */
export function readFeatureCode(
  dialled: string,
  digits: FeatureDigits = USUAL_DIGITS,
): FeatureCode | undefined {
  const begun = BEGUN.exec(dialled)?.groups?.['code'];
  const isActivity = begun === digits.activity;
  if (!isActivity && REASONS.every((reason) => digits.forward[reason] !== begun)) return undefined;
  const misdialled = { kind: 'misdialled', of: isActivity ? 'activity' : 'forward' } as const;
  return readWhole(dialled, digits) ?? misdialled;
}

function readWhole(dialled: string, digits: FeatureDigits): FeatureCode | undefined {
  const parts = CODE.exec(dialled)?.groups;
  if (parts === undefined) return undefined;
  const { sign, code = '', first, second } = parts;
  const reason = REASONS.find((each) => digits.forward[each] === code);
  const isActivity = code === digits.activity;
  switch (sign) {
    case '*':
      if (isActivity) return first === undefined ? { kind: 'menu' } : setActivity(first, second);
      if (reason === undefined || first === undefined || second !== undefined) return undefined;
      return { kind: 'set-forward', reason, to: first };
    case '#':
      if (first !== undefined) return undefined;
      if (isActivity) return { kind: 'clear-activity' };
      return reason && { kind: 'clear-forward', reason };
    default:
      return first === undefined && reason !== undefined
        ? { kind: 'ask-forward', reason }
        : undefined;
  }
}

function setActivity(position: string, until: string | undefined): FeatureCode | undefined {
  if (!/^\d{1,2}$/.test(position)) return undefined;
  const activity = { kind: 'set-activity', position: Number(position) } as const;
  if (until === undefined) return activity;
  return /^\d{4}$/.test(until) ? { ...activity, until } : undefined;
}

const BEGUN = /^(?:\*#|\*|#)(?<code>\d{2,3})(?:[*#].*)?$/;

/** A star and nothing after it has asked for nothing yet. */
const CODE =
  /^(?<sign>\*#|\*|#)(?<code>\d{2,3})(?:\*(?:(?<first>\+?\d+)(?:\*(?<second>\d+))?)?)?#?$/;

const REASONS: readonly ForwardReason[] = ['always', 'busy', 'no-answer', 'unreachable'];
