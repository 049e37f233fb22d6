import type { Command } from './command.ts';

/**
 * The commands that begin with a word; every command there is, in the order help shows them, where none does. Nothing else's
 * code is loaded: all of it takes Node as long as the command itself.
 */
export async function commandsOf(word: string | undefined): Promise<readonly Command[]> {
  const some = GROUPS.filter(([words]) => words.some((one) => one === word));
  const loaded = await Promise.all((some.length > 0 ? some : GROUPS).map(([, load]) => load()));
  return loaded.flat();
}

type Group = readonly [firstWords: readonly string[], load: () => Promise<readonly Command[]>];

const GROUPS: readonly Group[] = [
  [['start'], async () => [(await import('./start.ts')).startCommand]],
  [['status'], async () => [(await import('./status.ts')).statusCommand]],
  [['watch'], async () => [(await import('./watch.ts')).watchCommand]],
  [['lamps'], async () => [(await import('./lamps.ts')).lampsCommand]],
  [['hangup'], async () => [(await import('./hangup.ts')).hangupCommand]],
  [['doctor'], async () => [(await import('./doctor.ts')).doctorCommand]],
  [['why'], async () => [(await import('./why.ts')).whyCommand]],
  [['route'], async () => [(await import('./route.ts')).routeCommand]],
  [['backtest'], async () => [(await import('./backtest.ts')).backtestCommand]],
  [['replay'], async () => [(await import('./replay.ts')).replayCommand]],
  [['bundle'], async () => [(await import('./bundle.ts')).bundleCommand]],
  [['backup', 'restore'], async () => (await import('./backup.ts')).backupCommands],
  [['org'], async () => (await import('./organisations.ts')).organisationCommands],
  [['user'], async () => (await import('./users.ts')).userCommands],
  [['user'], async () => (await import('./person.ts')).personCommands],
  [['device'], async () => (await import('./devices.ts')).deviceCommands],
  [['activity'], async () => (await import('./activities.ts')).activityCommands],
  [['hours'], async () => (await import('./hours.ts')).hoursCommands],
  [['phone', 'site'], async () => (await import('./phones.ts')).phoneCommands],
  [['contact'], async () => (await import('./contacts.ts')).contactCommands],
  [['forward'], async () => (await import('./forwards.ts')).forwardCommands],
  [['rule'], async () => (await import('./rules.ts')).ruleCommands],
  [['ring'], async () => (await import('./ring-plans.ts')).ringCommands],
  [['choice'], async () => (await import('./choices.ts')).choiceCommands],
  [['greeting'], async () => (await import('./greetings.ts')).greetingCommands],
  [['team'], async () => (await import('./teams.ts')).teamCommands],
  [['prompt'], async () => (await import('./prompts.ts')).promptCommands],
  [['number'], async () => (await import('./numbers.ts')).numberCommands],
  [['trunk'], async () => (await import('./trunks.ts')).trunkCommands],
  [['setting'], async () => (await import('./settings.ts')).settingCommands],
  [['token'], async () => (await import('./tokens.ts')).tokenCommands],
];
