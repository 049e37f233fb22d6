import { activityCommands } from './activities.ts';
import { backupCommands } from './backup.ts';
import { backtestCommand } from './backtest.ts';
import { bundleCommand } from './bundle.ts';
import { choiceCommands } from './choices.ts';
import type { Command } from './command.ts';
import { contactCommands } from './contacts.ts';
import { deviceCommands } from './devices.ts';
import { doctorCommand } from './doctor.ts';
import { hoursCommands } from './hours.ts';
import { forwardCommands } from './forwards.ts';
import { greetingCommands } from './greetings.ts';
import { lampsCommand } from './lamps.ts';
import { numberCommands } from './numbers.ts';
import { organisationCommands } from './organisations.ts';
import { personCommands } from './person.ts';
import { phoneCommands } from './phones.ts';
import { ringCommands } from './ring-plans.ts';
import { ruleCommands } from './rules.ts';
import { replayCommand } from './replay.ts';
import { routeCommand } from './route.ts';
import { settingCommands } from './settings.ts';
import { startCommand } from './start.ts';
import { statusCommand } from './status.ts';
import { tokenCommands } from './tokens.ts';
import { trunkCommands } from './trunks.ts';
import { userCommands } from './users.ts';
import { watchCommand } from './watch.ts';
import { whyCommand } from './why.ts';

/** Every command there is, in the order help shows them. */
export const COMMANDS: readonly Command[] = [
  startCommand,
  statusCommand,
  watchCommand,
  lampsCommand,
  doctorCommand,
  whyCommand,
  routeCommand,
  backtestCommand,
  replayCommand,
  bundleCommand,
  ...backupCommands,
  ...organisationCommands,
  ...userCommands,
  ...personCommands,
  ...deviceCommands,
  ...activityCommands,
  ...hoursCommands,
  ...phoneCommands,
  ...contactCommands,
  ...forwardCommands,
  ...ruleCommands,
  ...ringCommands,
  ...choiceCommands,
  ...greetingCommands,
  ...numberCommands,
  ...trunkCommands,
  ...settingCommands,
  ...tokenCommands,
];
