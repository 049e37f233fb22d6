import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Test } from 'tap';
import { eventually } from './eventually.ts';

/**
 * Provisioning as a program of its own, whose log is read.
 *
 * @returns what it has said so far.
 */
export async function runProvisioning(
  t: Test,
  env: Readonly<Record<string, string>>,
): Promise<() => string> {
  const program = spawn(process.execPath, ['dist/provisioning/main.js'], {
    env: { ...env, PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  program.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  t.teardown(async () => {
    program.kill('SIGTERM');
    await once(program, 'exit');
  });
  await eventually('provisioning', () => said.includes('answers phones'));
  return () => said;
}
