import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import SQLite from 'better-sqlite3';
import t, { type Test } from 'tap';
import { openLog } from '../../../common/log.ts';
import { epochMs } from '../../../common/time.ts';
import { keepOrphans } from '../../../daemon/lamps/orphans.ts';
import { layoutOf } from '../../../daemon/freeswitch/layout.ts';
import { tableFile } from '../../../daemon/lamps/standing.ts';
import { eventually } from '../../support/eventually.ts';

const lamp = { kind: 'vaxel', name: '100', domain: 'anka.example' } as const;
const NOW = 1_795_466_646_970;

interface Sent {
  readonly event: string;
  readonly callId: string;
  readonly number: number;
  readonly state: string;
  readonly body: string;
}

/** A FreeSWITCH with the table and the trigger that it has, and the statements of `send_conference_data`. */
function begin(t: Test) {
  const state = mkdtempSync(join(tmpdir(), 'vaxel-'));
  mkdirSync(layoutOf(state).db, { recursive: true });
  const file = tableFile(state);
  mkdirSync(dirname(file), { recursive: true });
  const db = new SQLite(join(layoutOf(state).db, 'sofia_reg_vaxel.db'));
  t.teardown(() => {
    db.close();
    rmSync(state, { recursive: true, force: true });
  });
  const profile = readFileSync('freeswitch-conf/sip_profiles/devices.xml', 'utf8');
  const [trigger = ''] =
    /create trigger if not exists vaxel_orphan.*?end(?=")/s.exec(profile) ?? [];
  db.exec(`create table sip_subscriptions (event text, proto text, sub_to_user text, sub_to_host text,
    sip_user text, sip_host text, contact text, call_id text, full_from text, full_to text, expires integer)`);
  db.exec(trigger);
  const insert = db.prepare(`insert into sip_subscriptions
    values (?, ?, ?, 'anka.example', ?, ?, ?, ?, ?, '<sip:100@anka.example>;tag=fs', 1)`);
  const notifies: Sent[] = [];
  /** It is there until so many have been ended. */
  let most = Infinity;

  function send(line: string, headers: Readonly<Record<string, string>> = {}, body = '') {
    const of = (name: string) => headers[name] ?? '';
    if (line === 'sendevent CONFERENCE_DATA') {
      const which = `sub_to_user = ? and sub_to_host = ? and event = ? and call_id = ?`;
      const row = [
        of('conference-name'),
        of('conference-domain'),
        of('conference-event'),
        of('call_id'),
      ];
      db.prepare(`update sip_subscriptions set expires = 0 where ${which}`).run(row);
      const told = db.prepare(`select * from sip_subscriptions where ${which}`).all(row);
      if (told.length > 0) throw new Error('mod_sofia sends a NOTIFY of its own');
    } else {
      const [, number] = /^CSeq: (\d+) NOTIFY$/.exec(of('extra-headers')) ?? [];
      const [, said = ''] = /\?Subscription-State=([^;>]*)/.exec(of('contact-uri')) ?? [];
      notifies.push({
        ...{ event: of('event-string'), callId: of('call-id'), number: Number(number) },
        ...{ state: decodeURIComponent(said), body },
      });
    }
    return Promise.resolve('+OK');
  }

  return {
    notifies,
    events: () =>
      db.prepare('select event from sip_subscriptions order by rowid').pluck().all() as string[],
    stands: (callId: string, more: { event?: string; user?: string; host?: string } = {}) => {
      const { event = 'dialog', user = '101-desk', host = 'anka.example' } = more;
      const proto = event === 'dialog' ? 'vaxel' : 'sip';
      const contact = `"x" <sip:${user}@10.0.0.2:5060;transport=udp;fs_nat=yes>`;
      insert.run(
        event,
        proto,
        '100',
        user,
        host,
        contact,
        callId,
        `<sip:${user}@${host}>;tag=${callId}`,
      );
    },
    goesAfter: (count: number) => (most = count),
    daemon: () => {
      const left: string[] = [];
      const orphans = keepOrphans({
        ...{ state, log: openLog('test', 'silent'), clock: () => epochMs(NOW) },
        control: () =>
          ended(notifies).length < most ? { send: async (...args) => send(...args) } : undefined,
        lamps: () => ({ left: (_, callId) => left.push(callId), shown: () => 'busy' }),
      });
      t.teardown(() => {
        orphans.stop();
      });
      return { left, ...orphans };
    },
    freeswitch: { send: async (...args: Parameters<typeof send>) => send(...args) },
  };
}

const ended = (notifies: readonly Sent[]) =>
  notifies.filter(({ state }) => state === 'terminated;reason=deactivated');

t.test('FreeSWITCH’s numbers have fallen: phones are told by us, and subscribe anew', async (t) => {
  const { stands, daemon, notifies, events, goesAfter, freeswitch } = begin(t);
  stands('a');
  stands('b', { user: '102-desk' });
  stands('messages', { event: 'message-summary' });
  stands('ours', { user: 'vaxel-canary' });
  stands('theirs', { host: 'gran.example' });
  stands('evil', { user: 'a\r\nb' });
  const { left, ...orphans } = daemon();
  t.strictSame(await orphans.adopt('taken'), [], 'none of them is ours yet');
  goesAfter(0);
  t.strictSame(await orphans.adopt('all'), [lamp, lamp, lamp]);
  await orphans.tell(freeswitch, lamp, 'ringing');
  await orphans.tell(freeswitch, lamp, 'off');
  await orphans.tell(freeswitch, { ...lamp, name: '101' }, 'busy');
  t.strictSame(
    notifies.map(({ callId, state }) => `${callId} ${state}`),
    ['a active', 'b active', 'a active', 'b active'],
    'nothing to another organisation, nothing to our own',
  );
  t.match(notifies[0]?.body, /version="19\d{8}" state="full".*<state>early</s);
  t.match(notifies[2]?.body, /<state>terminated</);
  const numbers = notifies.map(({ number }) => number);
  t.strictSame(
    numbers,
    numbers.toSorted((a, b) => a - b),
  );
  t.ok(numbers.every((number) => number > 365 * 86_400 * 50));

  goesAfter(Infinity);
  await eventually('the end of all', () => ended(notifies).length === 4);
  const ends = new Map(ended(notifies).map((each) => [each.callId, each]));
  t.match(ends.get('a')?.body, /<state>confirmed</, 'what it shows until it has subscribed anew');
  t.match(ends.get('messages'), { event: 'message-summary', body: '' });
  t.match(ends.get('theirs'), { event: 'dialog', body: '' });
  t.ok([...ends.values()].every(({ number }) => number > Math.max(...numbers)));
  t.strictSame(left.toSorted(), ['a', 'b', 'theirs']);
  await eventually('a table without them', () => events().length === 2);
  notifies.length = 0;
  await orphans.tell(freeswitch, lamp, 'busy');
  t.strictSame(notifies, [], 'FreeSWITCH tells them again');
});

t.test('a daemon falls meanwhile, and the next one goes on with what is left', async (t) => {
  const { stands, daemon, notifies, events, goesAfter, freeswitch } = begin(t);
  goesAfter(4);
  for (let i = 0; i < 20; i += 1) stands(String(i));
  const first = daemon();
  await first.adopt('all');
  await eventually('a table of the others', () => events().length === 16);
  await first.tell(freeswitch, lamp, 'ringing');
  first.stop();
  stands('new');
  const last = Math.max(...notifies.map(({ number }) => number).filter((n) => n < 2_000_000_000));
  t.ok(
    events().every((event, i) => event === (i === events().length - 1 ? 'dialog' : 'vaxel-dialog')),
  );

  goesAfter(Infinity);
  const second = daemon();
  t.equal((await second.adopt('taken')).length, events().length - 1);
  const told = notifies.length;
  await second.tell(freeswitch, lamp, 'busy');
  const again = notifies.slice(told).filter(({ state }) => state === 'active');
  t.ok(again.length > 0);
  t.ok(
    again.every(({ number }) => number >= last - 20),
    'numbered by the clock',
  );
  await eventually('the end of all', () => ended(notifies).length === 20);
  await eventually('the new one alone', () => events().join() === 'dialog');
});

t.test(
  'FreeSWITCH goes away while they are taken over, and all of them are when it is back',
  async (t) => {
    const { stands, daemon, events, goesAfter } = begin(t);
    for (let i = 0; i < 3; i += 1) stands(String(i));
    goesAfter(0);
    const orphans = daemon();
    await orphans.adopt('all');
    t.ok(orphans.isTaking(), 'a daemon that falls now leaves phones that nobody knows of');
    goesAfter(1);
    await eventually('all are taken', () => !orphans.isTaking());
    await eventually('one is ended', () => events().join() === 'vaxel-dialog,vaxel-dialog');
  },
);
