import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import {
  ALLOWED_COMMANDS,
  ALLOWED_INTERFACES,
} from '../../../daemon/freeswitch/allowed-interfaces.ts';
import { OF_WHOLE_MODULES } from '../../support/fake-freeswitch.ts';

const FOLDER = 'freeswitch-conf';

/** `${name(…)}` in a dialplan runs an API command (switch_channel.c, `switch_channel_expand_variables_check`). */
function commandsOf(file: string): readonly string[] {
  const text = readFileSync(join(FOLDER, file), 'utf8');
  return [...text.matchAll(/\$\{(\w+)\(/g)].map(([, name = '']) => name);
}

t.test('every command that a dialplan runs is one that FreeSWITCH 1.11.2 has', async (t) => {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' });
  const used = files.filter((file) => file.endsWith('.xml')).flatMap(commandsOf);
  t.ok(used.length > 10, 'they are found');
  const missing = used.filter(
    (name) => !ALLOWED_COMMANDS.includes(name) && !OF_WHOLE_MODULES.includes(name),
  );
  t.strictSame(missing, []);
});

t.test('nothing that runs a program is allowed', async (t) => {
  const runs = /system|spawn|mod_commands$/;
  t.strictSame(
    ALLOWED_INTERFACES.filter((name) => runs.test(name)),
    [],
  );
});
