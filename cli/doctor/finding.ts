import { VaxelError } from '../../common/errors.ts';
import { keeper } from '../keeper.ts';

/** One thing the doctor looked at. */
export interface Finding {
  readonly check: string;
  readonly level: 'ok' | 'warning' | 'error';
  readonly found: string;
  /** What to do; undefined where nothing is wrong. */
  readonly mend: string | undefined;
}

export const ok = (check: string, found: string): Finding => ({
  check,
  level: 'ok',
  found,
  mend: undefined,
});

export const warning = (check: string, found: string, mend: string): Finding => ({
  check,
  level: 'warning',
  found,
  mend,
});

export const wrong = (check: string, found: string, mend: string): Finding => ({
  check,
  level: 'error',
  found,
  mend,
});

/** A world that misbehaved is a finding; a bug is not caught. */
export function wrongBecause(check: string, error: unknown): Finding {
  if (!(error instanceof VaxelError)) throw error;
  const found = error.message.replaceAll(/\s*\n\s*/g, ' ');
  return wrong(check, found, `see ${error.code} in ${keeper.errors}`);
}
