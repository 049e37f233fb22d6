/** Why an event did not become one of ours. Logged at debug; never thrown. */
export interface Ignored {
  readonly kind: 'ignored';
  readonly why: string;
}

export const ignored = (why: string): Ignored => ({ kind: 'ignored', why });
