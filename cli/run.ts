import { parseArgs } from 'node:util';
import { VaxelError } from '../common/errors.ts';
import { nearest } from '../common/nearest.ts';
import { packageVersion } from '../common/package-root.ts';
import {
  type Command,
  type Environment,
  type Invocation,
  type Outcome,
  type Output,
  done,
  wrongUsage,
} from './command.ts';
import { argumentsOf, helpOf, helpOn, usageOf } from './help.ts';
import { printable } from './print.ts';

export interface Surroundings {
  /** The commands that begin with a word, or all of them. */
  readonly commandsOf: (word: string | undefined) => Promise<readonly Command[]>;
  readonly env: Environment;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** Runs one command line. @returns the exit code: 0 done, 1 refused or failed, 2 wrong usage. */
export async function run(argv: readonly string[], around: Surroundings): Promise<number> {
  const json = argv.includes('--json');
  const say = (to: Output, text: string): void => {
    if (text !== '') to.write(`${printable(text)}\n`);
  };
  const document = (data: unknown): void => {
    around.stdout.write(`${JSON.stringify(data, undefined, 2)}\n`);
  };
  const complain = (code: string, message: string): void => {
    if (json) document({ error: { code, message } });
    else say(around.stderr, message);
  };

  const outcome = await outcomeOf(argv, json, around);
  switch (outcome.kind) {
    case 'done':
      if (json && outcome.data !== undefined) document(outcome.data);
      else say(around.stdout, outcome.text);
      return outcome.exitCode ?? 0;
    case 'refused':
      complain(outcome.code, outcome.message);
      return 1;
    case 'usage':
      complain('usage', outcome.message);
      return 2;
  }
}

/** A world that misbehaves is told like a refusal; a bug is not caught. */
async function outcomeOf(
  argv: readonly string[],
  json: boolean,
  around: Surroundings,
): Promise<Outcome> {
  try {
    return await dispatch(argv, json, around);
  } catch (error) {
    if (!(error instanceof VaxelError)) throw error;
    return { kind: 'refused', code: error.code, message: `${error.code}: ${error.message}` };
  }
}

async function dispatch(
  argv: readonly string[],
  json: boolean,
  around: Surroundings,
): Promise<Outcome> {
  const words = argv.filter((word) => word !== '--json');
  const [first] = words;
  if (first === '--version') {
    return done({ version: packageVersion() }, `vaxel ${packageVersion()}`);
  }
  const asked = first === 'help' || first === '--help' || first === '-h' ? words.slice(1) : words;
  const commands = await around.commandsOf(asked[0]);
  const command = commands.find((one) => isAt(one.words.split(' '), asked));
  if (asked.length === 0) {
    const all = commands.map((one) => ({ command: usageOf(one), summary: one.summary }));
    return words.length === 0 ? wrongUsage(helpOf(commands)) : done(all, helpOf(commands));
  }
  if (command === undefined) return unknownCommand(asked, commands);
  if (asked !== words) return done({ usage: usageOf(command) }, helpOn(command));
  return runCommand(command, asked.slice(command.words.split(' ').length), json, around);
}

const isAt = (words: readonly string[], line: readonly string[]): boolean =>
  words.every((word, at) => line[at] === word);

function unknownCommand(asked: readonly string[], commands: readonly Command[]): Outcome {
  const group = commands.filter((one) => one.words.startsWith(`${asked[0] ?? ''} `));
  const known = commands.map((one) => one.words);
  const near = nearest(asked.slice(0, 2).join(' '), known) ?? nearest(asked[0] ?? '', known);
  if (group.length > 0 && near === undefined) return wrongUsage(group.map(usageOf).join('\n'));
  const hint = near === undefined ? 'vaxel help lists them' : `did you mean vaxel ${near}?`;
  return wrongUsage(`there is no command ${asked.slice(0, 2).join(' ')}; ${hint}`);
}

async function runCommand(
  command: Command,
  rest: readonly string[],
  json: boolean,
  { env, stdout, stderr }: Surroundings,
): Promise<Outcome> {
  const parsed = parse(command, rest);
  if (typeof parsed === 'string') return wrongUsage(`${parsed}\nUsage: ${usageOf(command)}`);
  if (parsed.switches.has('help')) return done({ usage: usageOf(command) }, helpOn(command));

  const missing = Object.entries(command.options)
    .filter(([name, option]) => option.required === true && !parsed.values.has(name))
    .map(([name]) => `--${name}`);
  const complaint =
    missing.length > 0
      ? `${missing.join(' and ')} must be given`
      : !isAsMany(command, parsed.args.length) &&
        `takes ${argumentsOf(command).join(' ') || 'no arguments'}`;
  if (complaint !== false) return wrongUsage(`${complaint}\nUsage: ${usageOf(command)}`);
  return command.run({ ...parsed, json, env, stdout, stderr });
}

function isAsMany({ takes, takesMany, mayTake }: Command, given: number): boolean {
  if (takesMany !== undefined) return given > takes.length;
  return given === takes.length || (mayTake !== undefined && given === takes.length + 1);
}

/** @returns what was given, or what is wrong with it. */
function parse(
  command: Command,
  args: readonly string[],
): Pick<Invocation, 'args' | 'values' | 'lists' | 'switches'> | string {
  const options: Record<string, { type: 'boolean' | 'string'; short?: string; multiple?: true }> = {
    help: { type: 'boolean', short: 'h' },
  };
  for (const [name, { value, many }] of Object.entries(command.options)) {
    const type = value === undefined ? 'boolean' : 'string';
    options[name] = many === true ? { type, multiple: many } : { type };
  }
  try {
    const parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    const given = Object.entries(parsed.values);
    return {
      args: parsed.positionals,
      values: new Map(
        given.flatMap(([name, given]) => {
          const v = Array.isArray(given) ? given.at(-1) : given;
          return typeof v === 'string' ? [[name, v]] : [];
        }),
      ),
      lists: new Map(
        given.flatMap(([name, v]) =>
          Array.isArray(v) ? [[name, v.filter((each) => typeof each === 'string')]] : [],
        ),
      ),
      switches: new Set(given.flatMap(([name, v]) => (v === true ? [name] : []))),
    };
  } catch (error) {
    if (error instanceof TypeError && 'code' in error) return error.message;
    throw error;
  }
}
