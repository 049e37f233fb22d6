import { spawn } from 'node:child_process';
import { once } from 'node:events';
import t from 'tap';
import { ANKA, ANNA, vaxel } from '../support/command-line.ts';
import { digestHeader } from '../support/digest-client.ts';
import { eventually } from '../support/eventually.ts';
import { ask, freePort } from '../support/provisioning-rig.ts';

const MAC = '0015651a2b3c';

t.test('the log names every refusal in one form, and no secret at all', async (t) => {
  const port = await freePort();
  const shell = vaxel(t.testdir({}));
  const env = { ...shell.env, VAXEL_PROVISIONING_PORT: String(port), VAXEL_LOG: 'debug' };
  await shell.call(ANKA, env);
  await shell.call(ANNA, env);
  const added = await shell.call(
    ['phone', 'add', MAC, '--model', 'T46U', '--user', '100', '--json'],
    env,
  );
  const { url = '', password = '' } = JSON.parse(added.out) as Record<string, string>;
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

  const token = new URL(url).pathname.split('/')[1] ?? '';
  const file = (await ask(port, `/${token}/${MAC}.cfg`, {})).body.toString();
  const sip = /^account\.1\.password = (\S+)$/m.exec(file)?.[1] ?? '';
  const admin = /^static\.security\.user_password = \w+:(\S+)$/m.exec(file)?.[1] ?? '';
  const challenge = String((await ask(port, `/${MAC}.cfg`, {})).headers['www-authenticate']);
  const uri = `/${MAC}.cfg`;
  const right = digestHeader(challenge, { username: MAC, password }, { uri });
  const wrong = digestHeader(challenge, { username: MAC, password: 'guess' }, { uri });
  const basic = `Basic ${Buffer.from(`${MAC}:${password}`).toString('base64')}`;
  for (const Authorization of [right, wrong, basic]) {
    await ask(port, uri, { headers: { Authorization } });
  }
  await ask(port, `/${token}/0015651a2b3d.cfg`, {});
  await ask(port, `/${token}/%2e%2e/${MAC}.cfg`, {});
  await ask(port, '/y000000000000.cfg', { headers: { 'User-Agent': 'Mozilla/5.0' } });
  await eventually('the last line', () => said.includes('scanned for'));

  const secrets = {
    token,
    password,
    sip,
    admin,
    basic: basic.slice(6),
    response: /response="(\w+)/.exec(right)?.[1] ?? '',
  };
  for (const [name, secret] of Object.entries(secrets)) {
    t.ok(secret.length > 10, `there is a ${name}`);
    t.notOk(said.includes(secret), `the ${name} is not in the log`);
  }
  const lines = said.split('\n').filter((line) => line.startsWith('{'));
  const refused = lines.filter((line) => line.includes('"msg":"phone refused"'));
  t.equal(refused.length, 3, 'wrong, not offered, another phone’s');
  // The expression of docs/provisioning.md, as fail2ban would read it.
  const failregex = /"client":"(127\.0\.0\.1)".*"msg":"(phone refused|phone files scanned for)"/;
  t.ok(refused.every((line) => failregex.test(line)));
  t.match(
    lines.find((line) => line.includes('"phone asked"')),
    /"mac":"0015651a2b3c"/,
  );
});
