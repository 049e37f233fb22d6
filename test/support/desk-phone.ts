import type { Test } from 'tap';
import { eventually } from './eventually.ts';
import { type Agent, createAgent } from './sip/agent.ts';
import { ask, type Answer, type Ask } from './provisioning-rig.ts';
import { readPolycomCfg, readPolycomMaster } from './polycom-cfg.ts';
import { readYealinkCfg } from './yealink-cfg.ts';

/** A desk phone as its maker built it: it knows a URL and its own name, and nothing else. */
export interface DeskPhone {
  readonly agent: Agent;
  /** What it was configured with, by the vendor's names. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly account: DeskAccount;
  /** Every request of its start, with what it got. */
  readonly fetched: readonly (readonly [method: string, file: string, status: number])[];
  /** Goes through its start again, as after a `check-sync`. */
  fetchAgain(): Promise<void>;
  /** Dials as its first line. */
  dial(to: string): ReturnType<Agent['call']>;
}

export interface DeskAccount {
  readonly username: string;
  readonly password: string;
  readonly domain: string;
  readonly registrar: { readonly host: string; readonly port: number };
}

interface Fetching {
  readonly get: (name: string, how?: Ask) => Promise<Answer>;
  readonly mac: string;
}

/** Fetches as firmware V81 and later does, reads what it got as strictly as the phone, and registers. */
export const bootYealink = async (t: Test, url: string, mac: string): Promise<DeskPhone> =>
  boot(t, url, mac, {
    agents: {
      http: `Yealink SIP-T46U 108.86.0.90 ${colons(mac)}`,
      sip: 'Yealink SIP-T46U 108.86.0.90',
    },
    start: async ({ get }) => {
      await get(`${mac}.boot`);
      await get('y000000000000.boot');
      await get('y000000000108.cfg');
      const values = readYealinkCfg((await get(`${mac}.cfg`)).body);
      await get(`${mac}-local.cfg`);
      return values;
    },
    accountOf: (values) => ({
      username: need(values, 'account.1.auth_name'),
      password: need(values, 'account.1.password'),
      domain: need(values, 'account.1.sip_server.1.address'),
      registrar: {
        host: need(values, 'account.1.outbound_proxy.1.address'),
        port: Number(need(values, 'account.1.outbound_proxy.1.port')),
      },
    }),
  });

/** As a VVX with UC Software 5.9 does: its log first, then the list of files, those, and its own. */
export const bootPolycom = async (t: Test, url: string, mac: string): Promise<DeskPhone> => {
  const name = 'PolycomVVX-VVX_450-UA/6.4.6.2453';
  return boot(t, url, mac, {
    agents: { http: `FileTransport ${name} Type/Application`, sip: name },
    start: async ({ get }) => {
      const updater = {
        'User-Agent': `FileTransport PolycomVVX-VVX_450-UA/5.9.5.0614 Type/Updater`,
      };
      await get(`${mac}-boot.log`, { method: 'PUT', body: '0101000000|start', headers: updater });
      const { application, files } = readPolycomMaster((await get(`${mac}.cfg`)).body);
      await get(`3111-48450-001.${application}`);
      const values = new Map<string, string>();
      for (const file of files) {
        for (const [key, value] of readPolycomCfg((await get(file)).body)) {
          if (!values.has(key)) values.set(key, value);
        }
      }
      for (const end of [
        '-phone.cfg',
        '-web.cfg',
        '-license.cfg',
        '-calls.xml',
        '-directory.xml',
      ]) {
        await get(`${mac}${end}`);
      }
      await get(`${mac}-app.log`, { method: 'HEAD' });
      await get(`${mac}-app.log`, { method: 'PUT', body: '0101000001|up' });
      return values;
    },
    accountOf: (values) => {
      const [username = '', domain = ''] = need(values, 'reg.1.address').split('@');
      return {
        username,
        domain,
        password: need(values, 'reg.1.auth.password'),
        registrar: {
          host: need(values, 'reg.1.server.1.address'),
          port: Number(need(values, 'reg.1.server.1.port')),
        },
      };
    },
  });
};

interface Make {
  readonly agents: { readonly http: string; readonly sip: string };
  readonly start: (fetching: Fetching) => Promise<ReadonlyMap<string, string>>;
  readonly accountOf: (values: ReadonlyMap<string, string>) => DeskAccount;
}

async function boot(t: Test, url: string, mac: string, make: Make): Promise<DeskPhone> {
  const { pathname, port } = new URL(url);
  const fetched: [string, string, number][] = [];
  const get = async (name: string, how: Ask = {}): Promise<Answer> => {
    const headers = { 'User-Agent': make.agents.http, ...how.headers };
    const answer = await ask(Number(port), `${pathname}${name}`, { ...how, headers });
    fetched.push([how.method ?? 'GET', name, answer.status]);
    return answer;
  };
  const parameters = await make.start({ get, mac });
  const account = make.accountOf(parameters);
  const agent = await createAgent({ bind: '127.0.0.1', toneHz: 440, userAgent: make.agents.sip });
  t.teardown(() => agent.close());
  // A phone that is refused tries again: its account may be a moment younger than its files.
  await eventually('registration', async () =>
    agent.register(account).then(
      () => true,
      () => false,
    ),
  );
  return {
    agent,
    parameters,
    account,
    fetched,
    fetchAgain: async () => {
      await make.start({ get, mac });
    },
    dial: (to) =>
      agent.call({
        to,
        domain: account.domain,
        proxy: account.registrar,
        auth: account,
        from: { user: account.username },
      }),
  };
}

function need(values: ReadonlyMap<string, string>, name: string): string {
  const value = values.get(name);
  if (value === undefined) throw new Error(`the phone was not told ${name}`);
  return value;
}

const colons = (mac: string): string => mac.match(/../g)?.join(':') ?? mac;
