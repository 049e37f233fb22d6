import type { Command } from './command.ts';
import { deviceCommands } from './devices.ts';
import { doctorCommand } from './doctor.ts';
import { lampsCommand } from './lamps.ts';
import { numberCommands } from './numbers.ts';
import { organisationCommands } from './organisations.ts';
import { phoneCommands } from './phones.ts';
import { settingCommands } from './settings.ts';
import { startCommand } from './start.ts';
import { statusCommand } from './status.ts';
import { trunkCommands } from './trunks.ts';
import { userCommands } from './users.ts';

/** Every command there is, in the order help shows them. */
export const COMMANDS: readonly Command[] = [
  startCommand,
  statusCommand,
  lampsCommand,
  doctorCommand,
  ...organisationCommands,
  ...userCommands,
  ...deviceCommands,
  ...phoneCommands,
  ...numberCommands,
  ...trunkCommands,
  ...settingCommands,
];
