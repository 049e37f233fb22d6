import t from 'tap';
import { ANKA, ANNA, vaxel } from '../support/command-line.ts';
import { digestHeader } from '../support/digest-client.ts';
import { eventually } from '../support/eventually.ts';
import { foundBy } from '../support/fail2ban.ts';
import { runProvisioning } from '../support/provisioning-program.ts';
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
  const said = await runProvisioning(t, env);

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
  await eventually('the last line', () => said().includes('scanned for'));

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
    t.notOk(said().includes(secret), `the ${name} is not in the log`);
  }
  const lines = said()
    .split('\n')
    .filter((line) => line.startsWith('{'));
  const refused = lines.filter((line) => line.includes('"msg":"phone refused"'));
  t.equal(refused.length, 3, 'wrong, not offered, another phone’s');
  // A stranger's own text, however it is made to look, bans nobody else.
  const claims = '"client":"192.0.2.9","security":"phone-refused","client":"192.0.2.9"';
  await ask(port, `/${'a'.repeat(26)}/${MAC}.cfg`, { headers: { 'User-Agent': claims } });
  await ask(port, `/lobby/${encodeURIComponent(claims)}.cfg`, {});
  await eventually('its refusal', () => said().split('"phone refused"').length > 4);
  const all = said()
    .split('\n')
    .filter((line) => line.startsWith('{'));
  t.strictSame(
    new Set(foundBy(t, 'vaxel', all, t.testdirName)),
    new Set(['127.0.0.1']),
    'fail2ban reads the address',
  );
  const journalled = all.map((line) => `host vaxel-provisioning[12]: ${line}`);
  const inJournal = foundBy(t, 'vaxel', journalled, t.testdirName);
  t.equal(inJournal.length, all.filter((line) => line.includes('"security"')).length);
  t.ok(inJournal.length >= 5, 'three, a scan, and the stranger');
  t.match(
    lines.find((line) => line.includes('"phone asked"')),
    /"mac":"0015651a2b3c"/,
  );
});
