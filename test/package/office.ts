import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Finding } from '../../cli/doctor/finding.ts';
import { encodeWav } from '../../daemon/voice/wav.ts';
import { press, spoken } from '../support/caller.ts';
import { eventually } from '../support/eventually.ts';
import type { Account } from '../support/exchange.ts';
import { watchLamp } from '../support/lamp.ts';
import { saysWaiting } from '../support/message-lamp.ts';
import { type Phone, registerPhone } from '../support/phones.ts';
import { RefusedError } from '../support/sip/exchange.ts';
import { heard, heardSpeech } from '../support/sip/hearing.ts';
import { heardFor } from '../support/tone-length.ts';
import type { Page, Pages } from './alerts.ts';
import type { Machine } from './machine.ts';

/** Two people with a telephone each, and a carrier, on an installed machine. */
export interface Office {
  readonly machine: Machine;
  /** Where the machine's files are for us; its state is on a disk of its own. */
  readonly tree: string;
  readonly carrier: { mute(what: 'all' | 'nothing'): void };
  /** Björn calls Anna, and both hear each other. @returns that in words. */
  talk(): Promise<string>;
  /** Does something to the machine while twenty calls go on, none of which may end. @returns that in words. */
  talkThrough(work: (machine: Machine) => void): Promise<string>;
  doctor(): Promise<readonly Finding[]>;
  /** What doctor is not content with, `check: level: found`. */
  unwell(): Promise<readonly string[]>;
  /** The same, when it is `usual` or, at the latest, in four minutes. */
  settled(usual: readonly string[]): Promise<readonly string[]>;
  /** What a Prometheus reads now. */
  pages(): Promise<Pages>;
  /** A message for Anna and a greeting of hers. */
  leaveThings(): Promise<void>;
  findThings(): Promise<string>;
  /** The same telephones and passwords, on another machine, or at another address than loopback. */
  moveTo(machine: Machine, tree: string, address?: string): Promise<Office>;
  close(): void;
}

const LOOPBACK = '127.0.0.1';
const CARRIER_PORT = 15_060;
const ANNA_HZ = 440;
const BJORN_HZ = 620;
const GREETING_HZ = 700;
const UP_MS = 240_000;

/** docs/install.md, step 4. */
export async function openOffice(machine: Machine, tree: string): Promise<Office> {
  const { run } = machine;
  await isUp(machine);
  run('vaxel', 'org', 'add', 'anka.example', '--name', 'Anka AB', '--area-code', '08');
  run('vaxel', 'user', 'add', '100', '--name', 'Anna Berg', '--ring', '8');
  run('vaxel', 'user', 'add', '101', '--name', 'Björn Ek');
  const account = (extension: string) =>
    JSON.parse(run('vaxel', 'device', 'add', extension, '--kind', 'desk', '--json')) as Account;
  run('vaxel', 'trunk', 'add', 'carrier', '--host', `127.0.0.1:${CARRIER_PORT}`);
  return officeOf(machine, tree, account('100'), account('101'));
}

async function officeOf(
  machine: Machine,
  tree: string,
  annaAccount: Account,
  bjornAccount: Account,
  host = LOOPBACK,
): Promise<Office> {
  const sip = { host, port: 5_060 };
  const ends: (() => unknown)[] = [];
  const owner = { teardown: (end: () => unknown) => void ends.push(end) };
  const program = fileURLToPath(new URL('carrier.js', import.meta.url));
  const carrier = fork(program, [String(CARRIER_PORT)]);
  owner.teardown(() => carrier.kill());
  await once(carrier, 'message');
  await isUp(machine);
  /** As a phone does, again where FreeSWITCH is still starting, and has no room for anybody (503). */
  const plugIn = async (account: Account, toneHz: number): Promise<Phone> =>
    eventually(`registered phone ${account.username}`, () =>
      registerPhone(owner, { sip }, account, toneHz).catch((error: unknown) => {
        if (error instanceof RefusedError && error.status === 503) return undefined;
        throw error;
      }),
    );
  const anna = await plugIn(annaAccount, ANNA_HZ);
  const bjorn = await plugIn(bjornAccount, BJORN_HZ);

  /** Anna has lunch: Björn hears her greeting, and speaks. */
  const greeted = async () => {
    machine.run('vaxel', 'activity', 'set', '100', 'lunch');
    const call = await bjorn.call('100');
    await call.answered();
    await heard(call, GREETING_HZ);
    await heardFor(call, 1_000, 500, 40_000);
    await spoken(call, 2_300);
    await call.hangup();
    machine.run('vaxel', 'activity', 'clear', '100');
  };

  const doctor = async () =>
    JSON.parse(machine.attempt('vaxel', 'doctor', '--json').said) as readonly Finding[];
  const unwell = async () =>
    (await doctor()).flatMap(({ check, level, found }) =>
      level === 'ok' ? [] : [`${check}: ${level}: ${found}`],
    );
  return {
    machine,
    tree,
    carrier: { mute: (what) => void carrier.send(what) },
    doctor,
    unwell,
    async talk() {
      const from = performance.now();
      const call = await bjorn.call('100');
      const ringing = await anna.agent.nextCall();
      const ms = Math.round(performance.now() - from);
      await ringing.answer();
      await call.answered();
      await Promise.all([heard(call, ANNA_HZ), heard(ringing, BJORN_HZ)]);
      await call.hangup();
      await ringing.ended();
      return `Anna’s phone rang after ${ms} ms, and both heard each other`;
    },
    async talkThrough(work) {
      machine.run('vaxel', 'rule', 'set', '101', 'calls-out-at-once', 'any');
      const inside = await bjorn.call('100');
      const taken = await anna.agent.nextCall();
      await taken.answer();
      await inside.answered();
      const calls = [inside];
      while (calls.length < 20) {
        const call = await bjorn.call('0701234568');
        await call.answered();
        // One process cannot speak in so many calls on a small machine.
        await call.media.close();
        calls.push(call);
      }
      const lamp = await watchLamp({ sip }, anna.agent, annaAccount, '101');
      await lamp.shows('busy');
      work(machine);
      await isUp(machine);
      const ended = calls.filter((call) => call.ending() !== undefined).length;
      assert.equal(ended, 0, 'calls that ended');
      await Promise.all([heard(inside, ANNA_HZ), heard(taken, BJORN_HZ)]);
      assert.equal(lamp.lit(), 'busy');
      await Promise.all(calls.map((call) => call.hangup()));
      await lamp.shows('off');
      machine.run('vaxel', 'rule', 'clear', '101');
      return 'none of 20 ended, both hear each other, and the lamp follows';
    },
    async settled(usual) {
      let now = await unwell();
      const isAsUsual = async () => {
        now = await unwell();
        return now.join() === usual.join();
      };
      await eventually('content doctor', isAsUsual, 240_000).catch(() => undefined);
      return now;
    },
    async pages() {
      // A daemon that has just started is not as it will be for the next minutes.
      const isSettled = async () =>
        (await pageOf(8_080))?.includes('vaxel_prompts_ready 0') !== true;
      await eventually('daemon at rest', isSettled, 30_000).catch(() => undefined);
      return new Map([
        ['vaxel-daemon', await pageOf(8_080)],
        ['vaxel-provisioning', await pageOf(8_082)],
      ]);
    },
    async leaveThings() {
      const wav = encodeWav({ rate: 8_000, samples: toneOf(GREETING_HZ, 3) });
      writeFileSync(join(tree, 'root/greeting.wav'), wav);
      const file = '/root/greeting.wav';
      machine.run('vaxel', 'greeting', 'add', '100', '--for', 'activity:lunch', '--file', file);
      await greeted();
      await anna.agent.notified(saysWaiting('yes', '1/0'));
    },
    async findThings() {
      await anna.agent.notified(saysWaiting('yes', '1/0'));
      await greeted();
      await anna.agent.notified(saysWaiting('yes', '2/0'));
      // A machine that is new to this has to make its prompts first.
      const canSpeak = async () =>
        (await pageOf(8_080))?.includes('vaxel_prompts_ready 1') === true;
      await eventually('prompts', canSpeak, UP_MS);
      const mailbox = await anna.call('*98');
      await mailbox.answered();
      await heardSpeech(mailbox);
      await press(mailbox, '1');
      await heard(mailbox, BJORN_HZ, 40_000);
      await mailbox.hangup();
      return 'the lamp is lit, callers hear Anna’s greeting and leave one message more, *98 plays Björn’s';
    },
    moveTo: (to, itsTree, at) => officeOf(to, itsTree, annaAccount, bjornAccount, at),
    close() {
      for (const end of ends) end();
    },
  };
}

/** Both programs run, and the daemon has FreeSWITCH. */
async function isUp(machine: Machine): Promise<void> {
  await eventually(
    'exchange that is up',
    () =>
      machine
        .attempt('systemctl', 'show', '-p', 'StatusText', '--value', 'vaxel-daemon')
        .said.startsWith('answers calls'),
    UP_MS,
  ).catch((error: unknown) => {
    for (const unit of ['vaxel-daemon', 'freeswitch']) {
      const tail = ['-n', '30', '-o', 'cat', '-u', unit];
      process.stderr.write(`${unit}:\n${machine.run('journalctl', ...tail)}\n`);
    }
    throw error;
  });
}

async function pageOf(port: number): Promise<Page> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`, {
      signal: AbortSignal.timeout(10_000),
      headers: { connection: 'close' },
    });
    return answer.ok ? await answer.text() : undefined;
  } catch {
    return undefined;
  }
}

const toneOf = (hz: number, seconds: number): Int16Array =>
  Int16Array.from(
    { length: 8_000 * seconds },
    (_, at) => 9_000 * Math.sin((2 * Math.PI * hz * at) / 8_000),
  );
