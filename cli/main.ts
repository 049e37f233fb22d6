#!/usr/bin/env node
import { commandsOf } from './commands.ts';
import { run } from './run.ts';

// A reader that has seen enough (`vaxel user list | head`) is no fault of ours.
process.stdout.on('error', () => process.exit());

process.exitCode = await run(process.argv.slice(2), {
  commandsOf,
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
});
