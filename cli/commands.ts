import type { Command } from './command.ts';
import { deviceCommands } from './devices.ts';
import { numberCommands } from './numbers.ts';
import { organisationCommands } from './organisations.ts';
import { startCommand } from './start.ts';
import { trunkCommands } from './trunks.ts';
import { userCommands } from './users.ts';

/** Every command there is, in the order help shows them. */
export const COMMANDS: readonly Command[] = [
  startCommand,
  ...organisationCommands,
  ...userCommands,
  ...deviceCommands,
  ...numberCommands,
  ...trunkCommands,
];
