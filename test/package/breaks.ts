import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { makeCertificate } from '../../provisioning/tls/certificate.ts';
import { eventually } from '../support/eventually.ts';
import type { Machine } from './machine.ts';
import type { Office } from './office.ts';

/** One thing that can go wrong, and what has to name it. */
export interface Break {
  readonly id: string;
  readonly what: string;
  /** @param read - the figures at this moment; where never called, those when doctor has found it. */
  readonly break: (office: Office, read: () => Promise<void>) => Promise<void> | void;
  readonly cure: (office: Office) => Promise<void> | void;
  readonly doctor: { readonly check: string; readonly found: RegExp };
  /** That fire, no more and no fewer, where it lasts for twenty minutes. */
  readonly alerts: readonly string[];
  readonly journal: { readonly unit: string; readonly says: RegExp };
  /** Whether people can call each other meanwhile. */
  readonly callsGoOn: boolean;
}

const STATE = '/var/lib/vaxel';
const NODE = '/usr/lib/vaxel/bin/node';
const OURS = ['vaxel-daemon', 'vaxel-provisioning'] as const;
const TOML = 'etc/vaxel/vaxel.toml';

const sh = ({ run }: Machine, script: string) => run('sh', '-ec', script);
/** Whether or not they start. */
const restart = ({ attempt }: Machine, ...units: readonly string[]) =>
  attempt('systemctl', 'restart', ...units);

const mainPid = ({ run }: Machine) =>
  run('systemctl', 'show', '-p', 'MainPID', '--value', 'vaxel-daemon');

const OVERRIDE = '/run/systemd/system/vaxel-daemon.service.d';

function override(machine: Machine, ...settings: readonly string[]): void {
  const text = ['[Service]', ...settings, ''].join('\\n');
  sh(machine, `mkdir -p ${OVERRIDE}; printf '${text}' >${OVERRIDE}/drill.conf`);
  machine.run('systemctl', 'daemon-reload');
}

function dropOverride({ run }: Machine): void {
  run('rm', '-r', OVERRIDE);
  run('systemctl', 'daemon-reload');
}

/** @param script - with `db`, open on it. */
function inDatabase(machine: Machine, script: string): void {
  const open = `const db = new (require('better-sqlite3'))('${STATE}/vaxel.db');`;
  sh(machine, `cd /usr/lib/vaxel && ${NODE} -e "${open} ${script}"`);
}

let squatter: Server | undefined;

export const BREAKS: readonly Break[] = [
  {
    id: 'trunk',
    what: 'the trunk’s host answers nothing',
    break: ({ carrier }) => {
      carrier.mute('all');
    },
    cure: ({ carrier }) => {
      carrier.mute('nothing');
    },
    doctor: { check: 'trunk', found: /^carrier is down: it does not answer OPTIONS/ },
    alerts: ['VaxelNoTrunk', 'VaxelTrunkDown'],
    journal: { unit: 'vaxel-daemon', says: /"trunk":"carrier".*"a trunk is down"/ },
    callsGoOn: true,
  },
  {
    id: 'certificate',
    what: 'the certificate shown to phones has ended',
    break: async ({ machine, tree }) => {
      const [from, to] = [-100, -1].map((days) => new Date(Date.now() + days * 86_400_000));
      if (from === undefined || to === undefined) throw new Error('no days');
      const host = '127.0.0.1';
      const { cert, key } = await makeCertificate({ commonName: host, host, keys: 'ec', from, to });
      const folder = join(tree, 'etc/vaxel/tls');
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'cert.pem'), cert);
      writeFileSync(join(folder, 'key.pem'), key);
      const lines = ['certificate', 'key'].map((name) => {
        const file = name === 'key' ? 'key.pem' : 'cert.pem';
        return `${name} = "/etc/vaxel/tls/${file}"\n`;
      });
      const toml = readFileSync(join(tree, TOML), 'utf8');
      writeFileSync(join(tree, `${TOML}.kept`), toml);
      writeFileSync(join(tree, TOML), `${toml}\n[phones]\n${lines.join('')}`);
      restart(machine, 'vaxel-provisioning');
    },
    cure: ({ machine }) => {
      sh(machine, `mv /${TOML}.kept /${TOML}; rm -r /etc/vaxel/tls`);
      restart(machine, 'vaxel-provisioning');
    },
    doctor: { check: 'certificate', found: /cert\.pem ended / },
    alerts: ['VaxelCertificateEnds'],
    journal: { unit: 'vaxel-provisioning', says: /a certificate shown to phones has ended/ },
    callsGoOn: true,
  },
  {
    id: 'newer',
    what: 'the database is of a newer version',
    break: ({ machine }) => {
      machine.run('systemctl', 'stop', ...OURS);
      inDatabase(machine, `db.exec(\\"insert into kysely_migration values ('9999-later', 'x')\\")`);
      restart(machine, ...OURS);
    },
    cure: ({ machine }) => {
      machine.run('systemctl', 'stop', ...OURS);
      inDatabase(machine, `db.exec(\\"delete from kysely_migration where name = '9999-later'\\")`);
      restart(machine, ...OURS);
    },
    doctor: { check: 'database', found: /made by a newer vaxel \(it has 9999-later\)/ },
    alerts: ['VaxelDown'],
    journal: { unit: 'vaxel-daemon', says: /^DATABASE_NEWER: / },
    callsGoOn: true,
  },
  {
    id: 'damaged',
    what: 'the database is damaged while all runs',
    break: ({ machine }) => {
      machine.run('vaxel', 'backup', '/root/before.tar.gz');
      inDatabase(machine, `db.pragma('wal_checkpoint(TRUNCATE)')`);
      sh(machine, `dd if=/dev/urandom of=${STATE}/vaxel.db bs=4096 count=16 conv=notrunc`);
    },
    cure: ({ machine }) => {
      const all = [...OURS, 'freeswitch'];
      machine.run('systemctl', 'stop', ...all);
      machine.run('vaxel', 'restore', '/root/before.tar.gz', '--replace');
      sh(
        machine,
        `rm -r ${STATE}/before-restore-* ${STATE}/vaxel.toml.restored /root/before.tar.gz`,
      );
      machine.run('systemctl', 'start', ...all);
    },
    doctor: { check: 'database', found: /vaxel\.db is damaged|DATABASE_CORRUPT/ },
    alerts: ['VaxelDatabaseUnreadable'],
    journal: { unit: 'vaxel-daemon', says: /"code":"DATABASE_CORRUPT"/ },
    callsGoOn: true,
  },
  {
    id: 'disk',
    what: 'the disk of the state is full',
    break: ({ machine }) => {
      machine.attempt('sh', '-c', `cat /dev/zero >${STATE}/ballast`);
    },
    cure: ({ machine }) => {
      // What a full disk has cut short may be removed (docs/runbook.md).
      sh(machine, `rm -rf ${STATE}/ballast ${STATE}/cdr/unreadable`);
    },
    doctor: { check: 'disk', found: /^0 MB free/ },
    alerts: ['VaxelDiskFull', 'VaxelDiskLow'],
    journal: { unit: 'vaxel-daemon', says: /"code":"DISK_FULL"/ },
    callsGoOn: true,
  },
  {
    id: 'password',
    what: 'the event socket’s password is another than FreeSWITCH’s',
    break: ({ machine }) => {
      const secret = `${STATE}/secrets/esl-password`;
      sh(machine, `cp -p ${secret} ${secret}.kept; echo wrong-password-of-somebody >${secret}`);
      restart(machine, 'vaxel-daemon');
    },
    cure: ({ machine }) => {
      const secret = `${STATE}/secrets/esl-password`;
      sh(machine, `mv ${secret}.kept ${secret}`);
      restart(machine, 'vaxel-daemon');
    },
    doctor: { check: 'connection', found: /refuses our password/ },
    alerts: ['VaxelFreeSwitchAway'],
    journal: { unit: 'vaxel-daemon', says: /ESL_AUTH_REFUSED/ },
    callsGoOn: true,
  },
  {
    id: 'freeswitch',
    what: 'FreeSWITCH is stopped',
    break: ({ machine }) => {
      machine.run('systemctl', 'stop', 'freeswitch');
    },
    cure: ({ machine }) => {
      machine.run('systemctl', 'start', 'freeswitch');
    },
    doctor: { check: 'connection', found: /^no FreeSWITCH on 127\.0\.0\.1:8021/ },
    alerts: ['VaxelFreeSwitchAway'],
    journal: { unit: 'vaxel-daemon', says: /freeswitch is out of reach/ },
    callsGoOn: false,
  },
  {
    id: 'hung',
    what: 'the daemon hangs, three times in half an hour',
    break: async ({ machine }, read) => {
      // Three seconds for the watchdog instead of thirty.
      override(machine, 'WatchdogSec=3s', 'TimeoutAbortSec=2s');
      restart(machine, 'vaxel-daemon');
      const pid = () => mainPid(machine);
      const isUp = async () =>
        /_connected\{.*1\n.*_connected\{.*1\n/.test(await fetchText('/metrics'));
      await eventually('daemon with a short patience', isUp, 120_000);
      await read();
      for (let time = 1; time <= 3; time += 1) {
        const hung = pid();
        machine.run('sh', '-c', `kill -STOP ${hung}`);
        await eventually(
          'new daemon',
          async () => !['0', hung].includes(pid()) && (await isUp()),
          120_000,
        );
        await read();
      }
      // And once more for long enough to look at it.
      override(machine, 'WatchdogSec=5min');
      restart(machine, 'vaxel-daemon');
      machine.run('sh', '-c', `kill -STOP ${pid()}`);
    },
    cure: ({ machine }) => {
      dropOverride(machine);
      restart(machine, 'vaxel-daemon');
    },
    doctor: { check: 'daemon', found: /^vaxel-daemon does not answer/ },
    alerts: ['VaxelRestarting'],
    journal: { unit: 'vaxel-daemon', says: /Watchdog timeout/ },
    callsGoOn: true,
  },
  {
    id: 'memory',
    what: 'the daemon has no memory to start in',
    break: ({ machine }) => {
      override(machine, 'Environment=NODE_OPTIONS=--max-old-space-size=12');
      restart(machine, 'vaxel-daemon');
    },
    cure: ({ machine }) => {
      dropOverride(machine);
      restart(machine, 'vaxel-daemon');
    },
    doctor: { check: 'daemon', found: /^vaxel-daemon does not answer/ },
    alerts: ['VaxelDown'],
    journal: { unit: 'vaxel-daemon', says: /heap out of memory/ },
    callsGoOn: true,
  },
  {
    id: 'handles',
    what: 'the daemon has no file handle left',
    break: ({ machine }) => {
      machine.run('prlimit', `--pid=${mainPid(machine)}`, '--nofile=3:');
    },
    cure: ({ machine }) => {
      restart(machine, 'vaxel-daemon');
    },
    doctor: { check: 'daemon', found: /^vaxel-daemon does not answer/ },
    alerts: ['VaxelDown'],
    journal: { unit: 'vaxel-daemon', says: /"code":"EMFILE".*"no file handle is left"/ },
    callsGoOn: true,
  },
  {
    id: 'port',
    what: 'another program has the port of provisioning',
    break: async ({ machine }) => {
      machine.run('systemctl', 'stop', 'vaxel-provisioning');
      squatter = createServer((socket) => socket.end()).listen(8_081, '127.0.0.1');
      await once(squatter, 'listening');
      restart(machine, 'vaxel-provisioning');
    },
    cure: async ({ machine }) => {
      squatter?.close();
      if (squatter !== undefined) await once(squatter, 'close');
      restart(machine, 'vaxel-provisioning');
    },
    doctor: {
      check: 'ports',
      found: /^another program than vaxel-provisioning has 127\.0\.0\.1:8081/,
    },
    alerts: ['VaxelDown'],
    journal: { unit: 'vaxel-provisioning', says: /^PORT_TAKEN: .*8081/ },
    callsGoOn: true,
  },
  {
    id: 'prompts',
    what: 'the prompts are gone, and nobody may make others',
    break: async ({ machine }) => {
      const folder = `${STATE}/prompts`;
      sh(machine, `rm -r ${folder}/sv; chown root:root ${folder}; chmod 755 ${folder}`);
      await eventually(
        'daemon that has seen it',
        async () => (await fetchText('/metrics')).includes('vaxel_prompts_ready 0'),
        120_000,
      );
    },
    cure: ({ machine }) => {
      machine.run('systemd-tmpfiles', '--create', 'vaxel.conf');
    },
    doctor: { check: 'prompts', found: /^\d+ of \d+ prompts are there/ },
    alerts: ['VaxelPromptsMissing'],
    journal: {
      unit: 'vaxel-daemon',
      says: /"prompts are (gone: they are made again|missing: .*)"/,
    },
    callsGoOn: true,
  },
  {
    id: 'key',
    what: 'the key that opens the database is cut short',
    break: ({ machine }) => {
      const key = `${STATE}/secrets/key`;
      sh(machine, `cp -p ${key} ${key}.kept; head -c 20 ${key}.kept >${key}`);
      restart(machine, ...OURS);
    },
    cure: ({ machine }) => {
      const key = `${STATE}/secrets/key`;
      sh(machine, `mv ${key}.kept ${key}`);
      restart(machine, ...OURS);
    },
    doctor: { check: 'secrets', found: /the key must be 32 bytes/ },
    alerts: ['VaxelDown'],
    journal: { unit: 'vaxel-daemon', says: /^SECRET_UNREADABLE: / },
    callsGoOn: true,
  },
  {
    id: 'configuration',
    what: 'a setting is misspelt, and provisioning started again',
    break: ({ machine }) => {
      sh(machine, `cp -p /${TOML} /${TOML}.kept; echo 'bnd = "192.0.2.1"' >>/${TOML}`);
      restart(machine, 'vaxel-provisioning');
    },
    cure: ({ machine }) => {
      sh(machine, `mv /${TOML}.kept /${TOML}`);
      restart(machine, 'vaxel-provisioning');
    },
    doctor: { check: 'configuration', found: /vaxel\.toml:\d+ bnd: there is no such setting/ },
    alerts: ['VaxelConfigInvalid', 'VaxelDown'],
    journal: { unit: 'vaxel-provisioning', says: /^CONFIG_INVALID: / },
    callsGoOn: true,
  },
];

async function fetchText(path: string): Promise<string> {
  const late = AbortSignal.timeout(2_000);
  const answer = fetch(`http://127.0.0.1:8080${path}`, { signal: late });
  return answer.then((each) => each.text()).catch(() => '');
}
