/**
 * One command of `vaxel`. A group of commands is a file exporting a list of
 * these; cli/commands.ts names them all.
 */
export interface Command {
  /** The words that choose it: `user add`, `status`. */
  readonly words: string;
  /** One line for `vaxel help`. */
  readonly summary: string;
  /** What it takes in order, as help shows it: `<extension>`. Every one is required. */
  readonly takes: readonly string[];
  /** What follows those once or more, as help shows it: `<device>=<seconds>`. */
  readonly takesMany?: string;
  /** What may follow `takes`, once. */
  readonly mayTake?: string;
  /** By long name, without dashes. `json`, `help` are given to every command. */
  readonly options: Readonly<Record<string, CommandOption>>;
  readonly run: (invocation: Invocation) => Promise<Outcome>;
}

export interface CommandOption {
  /** How help shows its value: `<name>`. Absent: a switch without one. */
  readonly value?: string;
  readonly required?: true;
  /** May be given again and again; `lists` has them all, `values` the last. */
  readonly many?: true;
  readonly summary: string;
}

export interface Invocation {
  /** As many as `takes`, and those of `takesMany` after them. */
  readonly args: readonly string[];
  /** Those given with a value, by name. Required ones are there. */
  readonly values: ReadonlyMap<string, string>;
  /** Every value of those that may be given again and again, in order. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
  /** Those given without one. */
  readonly switches: ReadonlySet<string>;
  readonly json: boolean;
  readonly env: Environment;
  /** For commands that talk while they run; with `json`, stdout belongs to the one document. */
  readonly stdout: Output;
  readonly stderr: Output;
}

/** The process's environment, or a test's. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The part of a stream a command needs. */
export interface Output {
  readonly write: (text: string) => unknown;
  /** A terminal that can be painted over, and how many lines it has. */
  readonly isTTY?: boolean;
  readonly rows?: number;
}

/** How a command ended. Exit codes: done 0 (or as it says), refused 1, wrong usage 2. */
export type Outcome = Done | Refused | WrongUsage;

export interface Done {
  readonly kind: 'done';
  /** The one document of `--json`; undefined where the command has written its own as it went. */
  readonly data: unknown;
  /** The same for people, without a newline at its end; may be empty. */
  readonly text: string;
  /** For monitoring: 1 where the command worked and what it looked at is wrong. */
  readonly exitCode?: 0 | 1;
}

export interface Refused {
  readonly kind: 'refused';
  /** For programs: `extension-taken`. */
  readonly code: string;
  /** For people: what was refused, why, and what would be right. */
  readonly message: string;
}

export interface WrongUsage {
  readonly kind: 'usage';
  readonly message: string;
}

export const done = (data: unknown, text: string): Done => ({ kind: 'done', data, text });

export const refused = (code: string, message: string): Refused => ({
  kind: 'refused',
  code,
  message,
});

export const wrongUsage = (message: string): WrongUsage => ({ kind: 'usage', message });
