import { printable } from './printable.ts';

/**
 * A value in a `key = value` file (Yealink). The format knows no quotes and no
 * escapes: what would end the line is left out, and all else is as it is.
 */
export const plainLine = (value: unknown): string => printable(value);
