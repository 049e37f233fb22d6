import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { migrate } from '../common/db/migrate.ts';
import { openDb } from '../common/db/open.ts';
import { lookUp, openMetrics } from '../common/metrics.ts';
import type { Extension } from '../common/phone-number.ts';
import { epochMs, seconds } from '../common/time.ts';
import type { CallOutcome } from '../daemon/answer-call.ts';
import type { CallId, LegId } from '../daemon/call/event.ts';
import { readTrunks } from '../daemon/freeswitch/trunks.ts';
import { daemonFigures } from '../daemon/metrics/figures.ts';
import { createMeters } from '../daemon/metrics/meters.ts';
import type { Routing } from '../daemon/routing/plan.ts';
import { whyNotReady } from '../daemon/readiness.ts';
import type { DaemonStatus } from '../daemon/status.ts';
import { createMeters as createPhoneMeters } from '../provisioning/http/metrics.ts';
import { office } from './support/office.ts';
import { ask, startRig } from './support/provisioning-rig.ts';
import { certificateFigure, watchCertificates } from '../provisioning/tls/watch-certificates.ts';
import { makeCertificate } from '../provisioning/tls/certificate.ts';
import { worldOf } from './support/world.ts';

const at = epochMs(1_795_000_000_000);

/** The daemon's page, over a world that a test sets. */
function daemonPage(state: string) {
  const page = openMetrics('vaxel-daemon');
  t.teardown(() => {
    page.close();
  });
  const world = {
    esl: { control: 'up', events: 'up' } as const,
    events: { clients: 3, opened: 5, cut: 2, snapshots: 6, events: 40 },
    prompts: 'ready' as DaemonStatus['prompts'],
    trunks: readTrunks(GATEWAYS) as ReturnType<typeof readTrunks> | undefined,
  };
  const figures = daemonFigures({
    esl: () => world.esl,
    lines: { legs: () => 4, calls: () => 2, registeredNow: () => 7 },
    accounts: () => 9,
    lamps: () => ({ watched: 30, wrong: 1 }),
    canary: () => ({ sampled: 16, failed: 13, healed: 14 }),
    api: () => world.events,
    speech: () => ({ waiting: 8, failed: 1 }),
    prompts: () => world.prompts,
    decisions: () => ({ waiting: 11, lost: 12 }),
    trunks: async () => world.trunks,
    isConfigValid: () => true,
    databaseFile: join(state, 'none.db'),
    records: join(state, 'cdr'),
    state,
    clock: () => at,
  });
  for (const figure of figures) lookUp(page.registry, figure);
  return { page, world, meters: createMeters(page.registry) };
}

/** As mod_sofia 1.10.12 writes it, of two trunks: one that is there, one that is not. */
const GATEWAYS = ['UP', 'DOWN']
  .map(
    (status) =>
      `<gateway>\n<name>${status.toLowerCase()}</name>\n<profile>vaxel-trunk</profile>\n<state>NOREG</state>\n<status>${status}</status>\n</gateway>`,
  )
  .join('\n');

const facts = {
  leg: 'a' as LegId,
  call: 'a' as CallId,
  at,
  direction: 'in',
  from: { name: 'Åsa "Ö"', number: '+46701234567' },
  dialled: '+46812345600',
  startedAt: at,
  answeredAt: undefined,
  owner: undefined,
  markers: {},
} as const;

function routed(
  from: 'trunk' | 'device',
  plan: 'out' | 'silence',
  again = false,
  trace: Routing['trace'] = [],
): CallOutcome {
  const callee = { domain: 'anka.example', extension: '100' as Extension };
  return {
    kind: 'routed',
    question: {
      leg: facts.leg,
      from:
        from === 'trunk'
          ? { kind: 'trunk', address: '192.0.2.1' }
          : { kind: 'device', username: '100-app', domain: 'anka.example' },
      callerNumber: '+46701234567',
      callerName: '',
      callerHidden: false,
      dialled: '+46812345600',
      again: again ? { kind: 'mailbox', ...callee } : undefined,
    },
    routing: { plan: { kind: plan } as never, trace, effects: [] },
    world: worldOf(office),
    at,
  };
}

t.test('the first of what alarms has a figure that it increases', async (t) => {
  const { page } = daemonPage(t.testdir({}));
  const phones = openMetrics('vaxel-provisioning');
  createPhoneMeters(phones.registry);
  const before = [await page.text(), await phones.text()].join('\n').split('\n');
  phones.close();
  for (const line of [
    'vaxel_calls_out_barred_total{why="at-once"} 0',
    'vaxel_calls_out_barred_total{why="domestic-an-hour"} 0',
    'vaxel_calls_out_barred_total{why="all-abroad-an-hour"} 0',
    'vaxel_auth_failures_total{kind="sip-password"} 0',
    'vaxel_auth_failures_total{kind="mailbox-pin"} 0',
    'vaxel_calls_total{direction="unknown",outcome="native"} 0',
    'vaxel_esl_commands_unanswered_total 0',
    'vaxel_phone_scans_total{kind="traversal"} 0',
    'vaxel_phone_refused_total{why="wrong-credentials"} 0',
    'vaxel_phone_requests_total{vendor="yealink",status="500"} 0',
  ]) {
    t.ok(before.includes(line), line);
  }
  const rules = readFileSync('docs/monitoring/alerts.yml', 'utf8');
  const counters = [...rules.matchAll(/\bincrease\((\w+)/g)].map(([, name = '']) => name);
  t.ok(counters.length > 10);
  for (const name of counters) {
    const begins = new RegExp(`^${name}(\\{.*\\})? \\d`);
    t.ok(
      before.some((line) => begins.test(line)),
      `${name} is there before anything has happened`,
    );
  }
});

t.test('the daemon says what happened, and nothing of anybody', async (t) => {
  const { page, world, meters } = daemonPage(t.testdir({}));
  meters.outcome(routed('trunk', 'silence'));
  meters.outcome(routed('device', 'silence'));
  meters.outcome(routed('device', 'out'));
  meters.outcome(routed('trunk', 'silence', true));
  const step = { rule: 'calls out', because: 'x', barred: 'country' } as const;
  meters.outcome(routed('device', 'silence', false, [step]));
  meters.outcome({ kind: 'native', leg: 'a', why: 'x' });
  meters.asked(12);
  meters.event({ kind: 'leg-ended', cause: 'NO_ANSWER', ...facts });
  meters.event({
    ...{ kind: 'message-left', at, user: '100', domain: 'anka.example', message: 'm' },
    ...{ length: seconds(3), from: facts.from },
  });
  const login = { kind: 'mailbox-login', at, user: '100', domain: 'anka.example' } as const;
  meters.event({ ...login, leg: facts.leg, success: false, waived: false });
  meters.event({ ...login, leg: facts.leg, success: true, waived: false });
  meters.event({ kind: 'password-refused', at });
  meters.ignored();
  meters.command('api uuid_transfer', 3, false);
  meters.command('sendmsg abcdefab', 3, false);
  meters.command('api status', 5_000, true);
  meters.lampTold(40);
  meters.refused('token');

  const text = await page.text();
  for (const line of [
    'vaxel_calls_total{direction="in",outcome="silence"} 1',
    'vaxel_calls_total{direction="internal",outcome="silence"} 2',
    'vaxel_calls_out_barred_total{why="country"} 1',
    'vaxel_calls_total{direction="out",outcome="out"} 1',
    'vaxel_calls_total{direction="unknown",outcome="native"} 1',
    'vaxel_call_questions_again_total{about="mailbox"} 1',
    'vaxel_call_decision_seconds_bucket{le="0.01"} 0',
    'vaxel_call_decision_seconds_bucket{le="0.02"} 1',
    'vaxel_legs_ended_total{direction="in",cause="NO_ANSWER"} 1',
    'vaxel_events_total{kind="leg-ended"} 1',
    'vaxel_events_total{kind="ignored"} 1',
    'vaxel_voicemail_messages_total 1',
    'vaxel_esl_command_seconds_count{command="api uuid_transfer"} 1',
    'vaxel_esl_command_seconds_count{command="sendmsg"} 1',
    'vaxel_esl_commands_unanswered_total 1',
    'vaxel_lamp_update_seconds_bucket{le="0.05"} 1',
    'vaxel_lamp_update_seconds_bucket{le="0.025"} 0',
    'vaxel_auth_failures_total{kind="mailbox-pin"} 1',
    'vaxel_auth_failures_total{kind="token"} 1',
    'vaxel_auth_failures_total{kind="sip-password"} 1',
    'vaxel_esl_connected{link="control"} 1',
    'vaxel_calls_active 2',
    'vaxel_legs_active 4',
    'vaxel_registrations 7',
    'vaxel_accounts 9',
    'vaxel_trunks{state="up"} 1',
    'vaxel_trunks{state="down"} 1',
    'vaxel_lamps_watched 30',
    'vaxel_lamps_wrong 1',
    'vaxel_lamps_sampled 16',
    'vaxel_lamps_healed_total 14',
    'vaxel_lamp_samples_failed_total 13',
    'vaxel_api_clients 3',
    'vaxel_api_clients_cut_total 2',
    'vaxel_speech_waiting 8',
    'vaxel_speech_failures_total 1',
    'vaxel_prompts_ready 1',
    'vaxel_decisions_waiting 11',
    'vaxel_decisions_lost_total 12',
    'vaxel_call_records_unreadable 0',
    'vaxel_config_valid 1',
    'vaxel_database_readable 0',
  ]) {
    t.ok(text.includes(`\n${line}\n`), line);
  }
  t.match(text, /^vaxel_build_info\{program="vaxel-daemon",version="\d+\.\d+\.\d+",node="v\d+/m);
  t.match(text, /^vaxel_state_free_bytes [1-9]\d+$/m);
  t.match(text, /^process_open_fds [1-9]\d*$/m);
  t.notMatch(text, /^vaxel_database_bytes/m, 'what cannot be known is not said');
  wellFormed(t, text);

  world.events = { ...world.events, cut: 3 };
  world.prompts = 'making';
  world.trunks = undefined;
  const later = await page.text();
  t.match(later, /^vaxel_api_clients_cut_total 3$/m, 'a total is not added to the last one');
  t.match(later, /^vaxel_prompts_ready 0$/m);
  t.notMatch(later, /^vaxel_trunks\{/m, 'FreeSWITCH is away: nothing is said of trunks');
});

t.test('a late event loop is seen', async (t) => {
  const page = openMetrics('vaxel-daemon');
  const stands = performance.now() + 600;
  await new Promise((resolve) => setTimeout(resolve, 260));
  while (performance.now() < stands);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const [, calm] = /lag_seconds_bucket\{le="0.025"\} (\d+)/.exec(await page.text()) ?? [];
  const [, all] = /lag_seconds_count (\d+)/.exec(await page.text()) ?? [];
  page.close();
  t.ok(Number(all) > Number(calm), `${calm} of ${all} looks were in time`);
});

t.test('ready is: FreeSWITCH connected and the database readable; else the reason', async (t) => {
  const file = join(t.testdir({}), 'vaxel.db');
  const up = { control: 'up', events: 'up' } as const;
  t.strictSame(await whyNotReady(file, up), ['the database is gone']);
  const db = openDb(file);
  t.teardown(() => db.destroy());
  t.strictSame(await whyNotReady(file, up), ['the database does not answer: DATABASE_FAILED']);
  await migrate(db);
  t.strictSame(await whyNotReady(file, up), []);
  t.strictSame(await whyNotReady(file, { ...up, events: 'down' }), ['FreeSWITCH is not connected']);
  t.strictSame(await whyNotReady(file, { ...up, control: 'refused' }), [
    'FreeSWITCH refuses our password',
  ]);
});

t.test('provisioning says what phones asked, on loopback and to nobody else', async (t) => {
  const rig = await startRig(t);
  const MAC = '0015651a2b3c';
  const { url = '' } = await rig.vaxel('phone', 'add', MAC, '--model', 'T46U', '--user', '100');
  const agent = { 'User-Agent': `Yealink SIP-T46U 108.86.0.90 ${MAC}` };
  await rig.ask(`${new URL(url).pathname}${MAC}.cfg`, { headers: agent });
  await rig.ask(`/${'a'.repeat(26)}/${MAC}.cfg`);
  await rig.ask('/y000000000000.cfg');
  const { status, headers, body } = await ask(rig.monitorPort, '/metrics', {});
  const text = body.toString();
  t.match(headers['content-type'], /^text\/plain; version=0\.0\.4/);
  t.equal(status, 200);
  for (const line of [
    'vaxel_phone_requests_total{vendor="yealink",status="200"} 1',
    'vaxel_phone_requests_total{vendor="unknown",status="404"} 1',
    'vaxel_phone_request_seconds_count 3',
    'vaxel_phone_granted_total{by="token"} 1',
    'vaxel_phone_refused_total{why="wrong-token"} 1',
    'vaxel_phone_scans_total{kind="common-file"} 1',
  ]) {
    t.ok(text.includes(`\n${line}\n`), line);
  }
  t.match(text, /^vaxel_certificate_left_seconds 3[01]\d{7}/m, 'ours lasts ten years');
  wellFormed(t, text);

  for (const path of ['/metrics', '/readyz']) {
    t.equal((await rig.ask(path)).status, 404, `${path} is not at the phones’ door`);
    const asked = (more: Record<string, string>) =>
      ask(rig.monitorPort, path, { headers: more }).then((answer) => answer.status);
    t.equal(await asked({ Host: 'evil.example:8082' }), 403, 'nor for another name');
    t.equal(await asked({ Origin: 'http://localhost' }), 403, 'nor for a page');
    t.equal(await asked({}), 200);
  }
  t.equal((await ask(rig.monitorPort, '/healthz', {})).body.toString(), '{"ok":true}');
});

t.test('a certificate that ends soon or has ended is said in the log', async (t) => {
  const DAY_S = 86_400;
  const of = async (days: number) => {
    const to = new Date(at + days * DAY_S * 1_000);
    const from = new Date(at - 100 * DAY_S * 1_000);
    return makeCertificate({ commonName: 'a', host: 'a', keys: 'ec', from, to });
  };
  const watched = async (...days: readonly number[]) => {
    const said: string[] = [];
    const line = (level: string) => (_: unknown, message: string) =>
      void said.push(`${level}: ${message}`);
    const log = { warn: line('warn'), error: line('error') };
    const watch = watchCertificates(await Promise.all(days.map(of)), () => at, log);
    watch.stop();
    return [Math.round((watch.leftSeconds() ?? NaN) / DAY_S), ...said];
  };
  t.strictSame(await watched(100, 22), [22]);
  t.strictSame(await watched(100, 20), [20, 'warn: a certificate shown to phones ends soon']);
  t.strictSame(await watched(-1, 20), [-1, 'error: a certificate shown to phones has ended']);
  t.strictSame(await watched(), [NaN], 'and nothing of none');
});

t.test('dashboard, alerts and their runbook speak of figures that there are', async (t) => {
  const { page } = daemonPage(t.testdir({}));
  const phones = openMetrics('vaxel-provisioning');
  createPhoneMeters(phones.registry);
  lookUp(phones.registry, certificateFigure({ leftSeconds: () => 0 }));
  const metrics = [page, phones].flatMap(({ registry }) => registry.getMetricsAsArray());
  phones.close();
  const names = new Set(metrics.map(({ name }) => name));
  const read = (file: string) => readFileSync(join('docs', file), 'utf8');

  const { panels } = JSON.parse(read('monitoring/dashboard.json')) as Dashboard;
  const shown = panels.flatMap(({ targets }) => targets ?? []).map(({ expr }) => expr);
  t.ok(shown.length > 40);
  t.equal(new Set(panels.map(({ id }) => id)).size, panels.length, 'no two panels are one');
  const rules = read('monitoring/alerts.yml');
  for (const expression of [...shown, rules]) {
    for (const [word] of expression.matchAll(/\b(vaxel|process)_[a-z_]+\b(?!\/)/g)) {
      t.ok(names.has(word) || names.has(word.replace(/_(bucket|sum|count)$/, '')), word);
    }
  }
  const drawn = shown.join(' ');
  const undrawn = [...names].filter((name) => !drawn.includes(name));
  t.strictSame(
    undrawn,
    [
      ...['vaxel_prompts_ready', 'vaxel_backup_age_seconds', 'vaxel_database_readable'],
      ...['vaxel_config_valid', 'vaxel_certificate_left_seconds'],
    ],
    'the rest is drawn',
  );

  const told = read('monitoring/README.md').matchAll(/^\| `([a-z_]+)` .* \| (.*?) +\|$/gm);
  t.strictSame(
    [...told].map(([, name, help]) => `${name ?? ''}: ${help ?? ''}`).sort(),
    [...new Set(metrics.map(({ name, help }) => `${name}: ${help}`))].sort(),
    'the table is what the programs say',
  );

  const alerts = [...rules.matchAll(/^ +- alert: (\w+)$/gm)].map(([, name = '']) => name);
  const links = [...rules.matchAll(/^ +runbook: docs\/runbook\.md#(\w+)$/gm)];
  t.strictSame(
    links.map(([, link]) => link),
    alerts.map((name) => name.toLowerCase()),
    'each names its paragraph',
  );
  const paragraphs = read('runbook.md').split(/^## /m).slice(1);
  t.strictSame(
    paragraphs.map((text) => text.slice(0, text.indexOf('\n'))),
    alerts,
  );
  t.ok(
    paragraphs.every((text) => text.length > 120),
    'and each has something to say',
  );
  for (const command of [
    ['check', 'rules', 'alerts.yml'],
    ['test', 'rules', 'alerts.test.yml'],
  ]) {
    const judged = spawnSync('promtool', command, { cwd: 'docs/monitoring', encoding: 'utf8' });
    if (judged.error !== undefined) t.comment(`no promtool: ${command.join(' ')} was not run`);
    else t.equal(judged.status, 0, judged.stdout + judged.stderr);
  }
});

t.test('every alert is seen with its words, and none on a good day', async (t) => {
  const read = (file: string) => readFileSync(join('docs/monitoring', file), 'utf8');
  const rules = read('alerts.yml');
  const seen = read('alerts.test.yml');
  const words =
    /alertname: (\w+)\n.*\n +exp_alerts:\n.* exp_labels: .*\n +exp_annotations:\n +summary: .*\n +runbook: \S+#(\w+)$/gm;
  const told = [...seen.matchAll(words)].map(([, name = '', link = '']) => [name, link] as const);
  for (const [, name = ''] of rules.matchAll(/^ +- alert: (\w+)$/gm)) {
    t.ok(
      told.some(([alert, link]) => alert === name && link === name.toLowerCase()),
      `${name} is seen, with its annotations`,
    );
  }

  const [, good = '', ...others] = seen.split(/^ {2}- name: /m);
  t.ok(others.length > 3);
  t.match(
    good,
    /expr: '?count_over_time\(ALERTS\{alertstate="firing"\}\[2h\]\)'?\n.*\n +exp_samples: \[\]/,
  );
  for (const [name] of rules.matchAll(/\b(up|(vaxel|process)_[a-z_]+)\b(?!\/)(?=[ [{)])/g)) {
    t.match(good, new RegExp(`series: '?${name}\\{`), `${name} is there on that day`);
  }

  const shown = await everySeries(t);
  for (const [, name = '', labels = ''] of seen.matchAll(/- series: '?(\w+)\{(.*)\}/g)) {
    if (name === 'up' || labels.includes('job="node"')) continue;
    const ours = labels.split(',').filter((label) => !/^(job|instance)=/.test(label));
    t.ok(
      shown.some(
        (line) => new RegExp(`^${name}\\b`).test(line) && ours.every((one) => line.includes(one)),
      ),
      `${name}{${ours.join()}} is what a program shows`,
    );
  }
});

/** What both programs show once each kind of thing has happened to them. */
async function everySeries(t: Test): Promise<readonly string[]> {
  const { page, meters } = daemonPage(t.testdir({ 'last-backup': 'a.tar', cdr: {} }));
  meters.outcome(routed('device', 'out'));
  const phones = openMetrics('vaxel-provisioning');
  const phoneMeters = createPhoneMeters(phones.registry);
  phoneMeters.answered('Yealink', 200, 1);
  phoneMeters.answered(undefined, 404, 1);
  lookUp(phones.registry, certificateFigure({ leftSeconds: () => 0 }));
  const text = [await page.text(), await phones.text()].join('\n');
  phones.close();
  return text.split('\n');
}

/** The part of a dashboard that is looked at. */
interface Dashboard {
  readonly panels: readonly {
    readonly id: number;
    readonly targets?: readonly { readonly expr: string }[];
  }[];
}

/** As promtool judges it where there is one, and by the same few rules where there is none. */
function wellFormed(
  t: {
    ok(it: unknown, name: string): unknown;
    strictSame(a: unknown, b: unknown, name: string): unknown;
  },
  text: string,
): void {
  const checked = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  if (checked.error === undefined) {
    t.strictSame([checked.stderr, checked.status], ['', 0], 'promtool check metrics');
  }
  const kinds = new Map(
    [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', kind = '']) => [name, kind]),
  );
  for (const [name, kind] of kinds) {
    t.ok(/^(vaxel|process)_[a-z_]+$/.test(name), name);
    t.ok((kind === 'counter') === name.endsWith('_total'), `${name} is a ${kind}`);
    t.ok(kind !== 'histogram' || name.endsWith('_seconds'), `${name} is in its base unit`);
  }
  const values = [...text.matchAll(/^([a-z_]+)(?:\{(.*)\})? (\S+)$/gm)];
  t.ok(values.length > 20, 'there is something');
  for (const [, name = '', labels = '', value] of values) {
    const of = kinds.get(name) ?? kinds.get(name.replace(/_(bucket|sum|count)$/, ''));
    t.ok(of !== undefined && Number.isFinite(Number(value)), `${name} ${value ?? ''}`);
    // One of few words of ours; never a number, a person, an address or an organisation.
    const words = labels.replaceAll(/\b(le|status|version|node)="[^"]*"/g, '');
    t.ok(!/\d{3}|@|anka|Anna|Åsa/.test(words), `${name}{${labels}}`);
  }
}
