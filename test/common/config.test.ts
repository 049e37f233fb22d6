import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { databaseFile, loadConfig } from '../../common/config.ts';
import { maskNumber, openLog } from '../../common/log.ts';
import { readName } from '../../common/name.ts';
import { packageRoot, packageVersion } from '../../common/package-root.ts';
import { secretBox } from '../../common/secret-box.ts';
import { openSecrets } from '../../common/secrets.ts';

t.test('nothing needs to be set', async (t) => {
  const root = t.testdir({ '.git': '' });
  const config = loadConfig({}, root);
  t.match(config, {
    state: join(root, 'var'),
    bind: '127.0.0.1',
    log: 'info',
    rtp: { from: 16384, to: 32768 },
    ports: {
      sip: 5060,
      trunk: 5080,
      sipTls: 5061,
      ws: 5066,
      wss: 7443,
      esl: 8021,
      http: 8080,
      provisioning: 8081,
      route: 8084,
      standby: undefined,
    },
  });
  t.equal(databaseFile(config), join(root, 'var', 'vaxel.db'));
  t.ok(Object.isFrozen(config) && Object.isFrozen(config.ports) && Object.isFrozen(config.rtp));
  const manifest = readFileSync(join(packageRoot(), 'package.json'), 'utf8');
  t.ok(manifest.includes(`"version": "${packageVersion()}"`));
});

t.test('the environment wins over the file, and both are read', async (t) => {
  const state = t.testdir({
    'vaxel.toml': 'log = "debug"\nrtp_ports = "20000-21000"\n[ports]\nsip = 6060\nwss = 6443\n',
  });
  const config = loadConfig({
    VAXEL_STATE: state,
    VAXEL_SIP_PORT: '7060',
    FREESWITCH: '/opt/fs',
    VAXEL_BIND: '192.0.2.1',
  });
  t.match(config, {
    state,
    log: 'debug',
    bind: '192.0.2.1',
    freeswitch: '/opt/fs',
    rtp: { from: 20000, to: 21000 },
    file: join(state, 'vaxel.toml'),
  });
  t.match(config.ports, { sip: 7060, wss: 6443 });
  t.equal(config.ports.sipTls, undefined, 'off beside an unusual SIP port');
  t.equal(config.ports.ws, undefined);
  t.equal(loadConfig({ VAXEL_STATE: state, VAXEL_WSS_PORT: '0' }).ports.wss, undefined, '0 is off');
});

t.test('every mistake is told at once, where it is and what would be right', async (t) => {
  const state = t.testdir({
    'vaxel.toml': 'lgo = "debug"\nbind = "0.0.0.0"\n\n[ports]\nsip = "x"\nprovisoning = 1\n',
    'clash.toml': '[ports]\nesl = 8080\nsip = 20000\n',
    'broken.toml': 'log = "info"\nbind = \n',
  });
  const messageOf = (env: Record<string, string>): string => {
    try {
      loadConfig(env);
      return 'valid';
    } catch (error) {
      t.match(error, { code: 'CONFIG_INVALID' });
      return error instanceof Error ? error.message : '';
    }
  };
  const message = messageOf({
    VAXEL_STATE: state,
    VAXEL_HTTP_PORT: '70000',
    VAXEL_SIPPORT: '1',
    VAXEL_RTP_PORTS: '9-1',
    VAXEL_LOG: 'loud',
  });
  for (const complaint of [
    /vaxel\.toml:1 lgo: there is no such setting; did you mean log\?/,
    /vaxel\.toml:2 bind: must be one address/,
    /vaxel\.toml:5 ports\.sip: must be a port from 1 to 65535/,
    /vaxel\.toml:6 ports\.provisoning: there is no such setting; did you mean ports\.provisioning\?/,
    /VAXEL_HTTP_PORT: must be a port/,
    /VAXEL_SIPPORT: there is no such variable; did you mean VAXEL_SIP_PORT\?/,
    /VAXEL_RTP_PORTS: must be two ports/,
    /VAXEL_LOG: must be one of/,
  ]) {
    t.match(message, complaint);
  }
  const clash = messageOf({ VAXEL_CONFIG: join(state, 'clash.toml') });
  t.match(clash, /must not be 8080 as well as/);
  t.match(clash, /clash\.toml:3 ports\.sip: must lie outside rtp_ports/);
  t.match(messageOf({ VAXEL_CONFIG: join(state, 'broken.toml') }), /broken\.toml:2/);
  t.match(messageOf({ VAXEL_CONFIG: join(state, 'none.toml') }), /cannot be read/);
});

t.test('secrets are made once, kept privately, and may come from systemd', async (t) => {
  const dir = t.testdir({ credentials: { 'esl-password': 'given-by-systemd-1\n' } });
  const env = { VAXEL_STATE: join(dir, 'state') };
  const first = openSecrets(loadConfig(env));
  t.match(first.eslPassword, /^[\w-]{43}$/);
  t.equal(openSecrets(loadConfig(env)).eslPassword, first.eslPassword);
  const key = join(dir, 'state', 'secrets', 'key');
  t.equal(statSync(key).mode & 0o777, 0o600);
  const given = openSecrets(
    loadConfig({ ...env, CREDENTIALS_DIRECTORY: join(dir, 'credentials') }),
  );
  t.equal(given.eslPassword, 'given-by-systemd-1');
  const place = { table: 'device', id: '1', column: 'secret' };
  t.equal(given.box.open(first.box.seal('s', place), place), 's', 'the same key');
  writeFileSync(key, 'c2hvcnQgYnV0IHByaW50YWJsZQ');
  t.throws(() => openSecrets(loadConfig(env)), { code: 'SECRET_UNREADABLE', message: /32 bytes/ });
  writeFileSync(key, '');
  t.throws(() => openSecrets(loadConfig(env)), {
    code: 'SECRET_UNREADABLE',
    message: /cannot be read/,
  });
});

t.test('a sealed secret opens with its key, in its place, undamaged', async (t) => {
  const box = secretBox(Buffer.alloc(32, 1));
  const place = { table: 'device', id: '1', column: 'secret' };
  const sealed = box.seal('hemligt Å', place);
  t.equal(box.open(sealed, place), 'hemligt Å');
  t.not(box.seal('hemligt Å', place), sealed);
  const refused = { code: 'SECRET_UNREADABLE' };
  t.throws(() => secretBox(Buffer.alloc(32, 2)).open(sealed, place), refused);
  t.throws(() => box.open(sealed, { ...place, id: '2' }), refused);
  t.throws(() => box.open(sealed, { ...place, column: 'pin' }), refused);
  for (const at of [0, 5, 20, sealed.length - 2]) {
    const letter = sealed.charAt(at) === 'A' ? 'B' : 'A';
    t.throws(() => box.open(sealed.slice(0, at) + letter + sealed.slice(at + 1), place), refused);
  }
  for (const text of ['', 'v1.', 'v1.AAAA', 'v2.x']) t.throws(() => box.open(text, place), refused);
});

t.test('a log line holds no secret, and no whole number above debug', async (t) => {
  let lines = '';
  const log = openLog('vaxel-daemon', 'debug', { write: (line) => (lines += line) });
  log.info(
    {
      number: '+46812345600',
      dialled: '0812345601',
      trace: ['number +46812345602'],
      leg: '6812345678',
    },
    'to +46812345603',
  );
  log.warn({ err: Object.assign(new Error('odd'), { password: 'hemligt' }) }, 'a warning');
  log.error({ code: 'DISK_FULL' }, 'an error');
  t.notMatch(lines, /4681234560\d|081234560\d|hemligt/);
  t.match(lines, /\*{9}600.*\*{7}601.*\*{9}602/);
  t.match(lines, /"leg":"6812345678"/);
  t.equal(lines.split('\n').length, 4);
  log.debug({ number: '+46812345600' }, 'detail');
  t.match(lines, /\+46812345600/);
  t.equal(maskNumber('100 called 0812345600 at 12:30'), '100 called *******600 at 12:30');
});

t.test('a name is what people are called, and nothing that steers a terminal', async (t) => {
  for (const name of ['Anna Berg', `O'Brien, "Åsa" & Co`, '👩‍💻 Ek', 'X'])
    t.equal(readName(name), name);
  t.equal(readName('  Bjo\u0308rn '), 'Björn');
  for (const bad of [
    '',
    ' ',
    'a\nb',
    'a\u0000',
    'a\u001b[0m',
    '\u202eanna',
    '\ud800',
    'x'.repeat(101),
  ])
    t.equal(readName(bad), undefined);
});
