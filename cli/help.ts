import type { Command } from './command.ts';
import { table } from './print.ts';

/** What `vaxel help` shows. */
export function helpOf(commands: readonly Command[]): string {
  const rows = commands.map((command) => [`  ${command.words}`, command.summary]);
  const list = table(['Commands', ''], rows);
  return `Usage: vaxel <command> [--json]\n\n${list}\n\nvaxel <command> --help tells more of one.`;
}

/** What `vaxel user add --help` shows. */
export function helpOn(command: Command): string {
  const rows = Object.entries(command.options).map(([name, option]) => [
    `  ${written(name, option.value)}`,
    `${option.summary}${option.required === true ? ' (required)' : ''}`,
  ]);
  const options = [...rows, ['  --json', 'print one JSON document'], ['  --help', 'this']];
  return `Usage: ${usageOf(command)}\n\n${command.summary}\n\n${table(['Options', ''], options)}`;
}

export function usageOf(command: Command): string {
  const { words, options } = command;
  const flags = Object.entries(options).map(([name, option]) => {
    const flag = written(name, option.value);
    return option.required === true ? flag : `[${flag}]`;
  });
  return ['vaxel', words, ...argumentsOf(command), ...flags].join(' ');
}

export const argumentsOf = ({ takes, takesMany, mayTake }: Command): readonly string[] => [
  ...takes,
  ...(mayTake === undefined ? [] : [`[${mayTake}]`]),
  ...(takesMany === undefined ? [] : [`${takesMany} …`]),
];

const written = (name: string, value: string | undefined): string =>
  value === undefined ? `--${name}` : `--${name} ${value}`;
