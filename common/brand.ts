/**
 * Nominal types for values whose shape alone does not tell them apart.
 *
 * A `Brand<string, 'E164'>` is a string everywhere it is used and cannot be
 * mistaken for any other string where it is asked for.
 */
export type Brand<Base, Name extends string> = Base & { readonly __brand: Name };
