import { chmodSync, existsSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { Finding } from '../../cli/doctor/finding.ts';
import type { FreeSwitchStatus } from '../../daemon/status.ts';
import { LANGUAGES, prompts } from '../../daemon/voice/catalogue.ts';
import { ANKA, ANNA, listen, vaxel } from '../support/command-line.ts';

/** An installation whose daemon says `freeswitch`, with a binary that says `version`. */
async function installation(t: Test, version = '1.11.2') {
  const folder = t.testdir({});
  const state = join(folder, 'state');
  const said: { freeswitch: FreeSwitchStatus } = {
    freeswitch: { state: 'absent', why: 'FreeSWITCH is not there' },
  };
  const { server, port } = await listen((_, response) => {
    const rest = { pid: 4711, directoryRevision: 1, calls: {}, prompts: 'ready' };
    response.end(JSON.stringify({ ...rest, ...said }));
  });
  const provisioning = await listen((_, response) => response.end());
  t.teardown(() => {
    server.close();
    provisioning.server.close();
  });
  const binary = join(folder, 'freeswitch');
  writeFileSync(
    binary,
    `#!/bin/sh\necho "FreeSWITCH version: ${version}-release~64bit ( 64bit)"\n`,
    {
      mode: 0o700,
    },
  );
  const around = vaxel(state, port);
  around.env['FREESWITCH'] = binary;
  around.env['VAXEL_PROVISIONING_PORT'] = String(provisioning.port);
  const examine = async (more: Record<string, string> = {}) => {
    const { code, out } = await around.call(['doctor', '--json'], more);
    return { code, findings: JSON.parse(out) as readonly Finding[] };
  };
  return { ...around, state, said, examine };
}

/** What is not well, as `check: level`. */
const unwell = (findings: readonly Finding[]) =>
  findings.filter(({ level }) => level !== 'ok').map(({ check, level }) => `${check}: ${level}`);

t.test('a whole installation is well, but for what it says', async (t) => {
  const { call, state, examine } = await installation(t);
  await call(ANKA);
  await call(ANNA);
  await call(['trunk', 'add', 'main', '--host', 'localhost:5080']);
  for (const language of LANGUAGES) {
    const folder = join(state, 'prompts', language);
    mkdirSync(folder, { recursive: true });
    for (const name of prompts(language).keys()) writeFileSync(join(folder, `${name}.wav`), 'x');
  }
  const { code, findings } = await examine();
  t.strictSame(unwell(findings.filter(({ check }) => check !== 'disk')), ['connection: error']);
  t.equal(code, 1);
  for (const found of [
    /localhost is (127\.0\.0\.1|::1)/,
    /whole$/,
    /has mode 0600/,
    /opens what/,
  ]) {
    t.ok(
      findings.some((one) => found.test(one.found)),
      String(found),
    );
  }
  const { out } = await call(['doctor']);
  t.match(out, /^ok +configuration/);
  t.match(out, /^error +connection +no FreeSWITCH on 127\.0\.0\.1:8021.*To mend: see .*log/m);

  rmSync(join(state, 'prompts', 'sv', 'greeting.wav'));
  t.match((await examine()).findings.at(-1), {
    check: 'prompts',
    level: 'error',
    found: /^(\d+) of/,
  });
});

t.test('nothing installed: each thing is missing, and nothing is made', async (t) => {
  const { code, out } = await vaxel(join(t.testdir({}), 'none')).call(['doctor', '--json'], {
    FREESWITCH: '/nowhere/freeswitch',
  });
  t.equal(code, 1);
  const findings = JSON.parse(out) as readonly Finding[];
  t.strictSame(
    unwell(findings).filter((one) => !one.startsWith('ports')),
    ['state: error', 'database: error', 'freeswitch: error', 'daemon: error', 'prompts: warning'],
  );
  t.notOk(existsSync(join(t.testdirName, 'none')));
  const wrong = await vaxel(t.testdirName).call(['doctor'], { VAXEL_SIP_PORT: 'x' });
  t.match(wrong, { code: 1, out: /^error +configuration .*VAXEL_SIP_PORT.*CONFIG_INVALID/ });
});

t.test('each thing that is wrong is found, with how to mend it', async (t) => {
  const { call, state, said, examine } = await installation(t, '1.10.12');
  await call(ANKA);
  await call(['trunk', 'add', 'main', '--host', 'nowhere.invalid']);
  chmodSync(join(state, 'secrets', 'key'), 0o640);
  chmodSync(state, 0o755);
  said.freeswitch = { state: 'refused', why: 'FreeSWITCH refuses our password' };
  const { findings } = await examine({ VAXEL_PROVISIONING_PORT: '2' });
  t.strictSame(
    unwell(findings).filter((one) => !one.startsWith('disk')),
    [
      'state: warning',
      'secrets: error',
      'organisation: warning',
      'trunk: error',
      'freeswitch: warning',
      'connection: error',
      'ports: error',
      'prompts: error',
    ],
  );
  t.ok(findings.every(({ level, mend }) => (level === 'ok') === (mend === undefined)));
  t.match(
    findings.find(({ check }) => check === 'secrets'),
    { mend: /^chmod 600 .*key$/ },
  );

  const key = join(state, 'secrets', 'key');
  chmodSync(key, 0o600);
  await call(ANNA);
  await call(['device', 'add', '100', '--kind', 'app']);
  const levels = async () =>
    (await examine()).findings.flatMap(({ check, level, mend }) =>
      check === 'secrets' ? [`${level} ${mend ?? ''}`.trim()] : [],
    );
  t.strictSame(await levels(), ['ok', 'ok', 'ok']);
  writeFileSync(key, `${Buffer.alloc(32, 7).toString('base64url')}\n`);
  t.strictSame(await levels(), ['ok', 'ok', 'error see SECRET_UNREADABLE in docs/errors.md']);

  truncateSync(join(state, 'vaxel.db'), 5_000);
  const damaged = (await examine()).findings.find(({ check }) => check === 'database');
  t.match(damaged, { level: 'error', mend: /DATABASE_CORRUPT/ });
});
