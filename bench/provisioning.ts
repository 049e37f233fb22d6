import { performance } from 'node:perf_hooks';
import { filesOf, readPhone, renderPhone } from '../provisioning/source/files-of-phone.ts';
import { readFileName } from '../provisioning/files/file-name.ts';
import { startNginx } from './nginx.ts';
import { bootPhone, openClient } from './phone-client.ts';
import { type BenchPhone, phoneId } from './phone-company.ts';
import { cpuMs, residentMb } from './process.ts';
import { type ProvisioningServer, startServer } from './provisioning-server.ts';
import type { Result } from './result.ts';
import { median } from './statistics.ts';

const COMPANY = Number(process.env['BENCH_PHONES'] ?? 10_000);
const CONNECTIONS = 32;

/** What phones' files cost: beside a static file, uncached, in a power cut, and by the number of phones. */
export async function provisioning(): Promise<readonly Result[]> {
  const server = await startServer(COMPANY);
  try {
    return [
      ...(await cached(server)),
      await uncached(server),
      ...(await powerCut(server)),
      await handshakes(server),
      await growth(),
    ];
  } finally {
    await server.stop();
  }
}

/** Requests for one second of the server's own processor time: what one core could do, whoever asks. */
async function cached(server: ProvisioningServer): Promise<readonly Result[]> {
  const [phone] = server.phones;
  if (phone === undefined) throw new Error('no phone');
  const described = await readPhone(server, phoneId(0));
  const bytes = described && filesOf(described).find(({ name }) => name.endsWith('.cfg'))?.bytes;
  if (bytes === undefined) throw new Error('no file');
  const name = `${phone.mac}.cfg`;
  const nginx = await startNginx(name, bytes);
  const vaxel: number[] = [];
  const native: number[] = [];
  try {
    for (let round = 0; round < 4; round += 1) {
      vaxel.push(await perCpuSecond(server.pid, server.port, `/${phone.token}/${name}`));
      if (nginx !== undefined) native.push(await perCpuSecond(nginx.pid, nginx.port, `/${name}`));
    }
  } finally {
    await nginx?.stop();
  }
  const what = `cached configuration of ${bytes.length} bytes, for a second of one core`;
  const common = { what, unit: 'requests', vaxel: median(vaxel) };
  return native.length === 0
    ? [common]
    : [
        {
          ...common,
          native: median(native),
          compared: 'ratio',
          target: { is: 'at least', value: 0.25 },
        },
      ];
}

const REQUESTS = 24_000;

async function perCpuSecond(pid: number, port: number, path: string): Promise<number> {
  const clients = await Promise.all(
    Array.from({ length: CONNECTIONS }, () => openClient(port, false)),
  );
  const run = async (count: number) => {
    await Promise.all(
      clients.map(async (client) => {
        for (let i = 0; i < count / CONNECTIONS; i += 1) {
          const { status } = await client.ask('GET', path, 'User-Agent: bench\r\n');
          if (status !== 200) throw new Error(`got ${status}`);
        }
      }),
    );
  };
  await run(REQUESTS / 4);
  const before = cpuMs(pid);
  await run(REQUESTS);
  const spent = cpuMs(pid) - before;
  for (const client of clients) client.close();
  return (REQUESTS / spent) * 1_000;
}

async function uncached(server: ProvisioningServer): Promise<Result> {
  const times: number[] = [];
  for (let i = 0; i < 500; i += 1) {
    const start = performance.now();
    const phone = await readPhone(server, phoneId(i));
    const ending = i % 2 === 0 ? '.cfg' : '-settings.cfg';
    const file = phone && readFileName(`${phone.mac}${ending}`);
    if (phone === undefined || file === undefined) throw new Error('no phone');
    if (renderPhone(phone, file) === undefined) throw new Error('no file');
    times.push(performance.now() - start);
  }
  return {
    what: 'uncached render, from the database to the bytes, median',
    unit: 'ms',
    vaxel: median(times),
    target: { is: 'at most', value: 2 },
  };
}

async function powerCut(server: ProvisioningServer): Promise<readonly Result[]> {
  const start = performance.now();
  const { requests, failed } = await bootAll(server.phones, server.port, false);
  const seconds = (performance.now() - start) / 1_000;
  return [
    {
      what: `${COMPANY} phones start at once, ${requests} requests with Digest`,
      unit: 's',
      vaxel: seconds,
      target: { is: 'at most', value: 60 },
    },
    {
      what: 'of them failed',
      unit: 'phones',
      vaxel: failed,
      target: { is: 'at most', value: 0 },
    },
    {
      what: 'memory after it',
      unit: 'MB',
      vaxel: residentMb(server.pid),
      target: { is: 'at most', value: 200 },
    },
  ];
}

async function handshakes(server: ProvisioningServer): Promise<Result> {
  const phones = server.phones.filter(({ vendor }) => vendor === 'Yealink').slice(0, 1_000);
  const start = performance.now();
  const { failed } = await bootAll(phones, server.tlsPort, true);
  if (failed > 0) throw new Error(`${failed} phones failed over TLS`);
  return {
    what: '1000 phones start over TLS, full handshakes',
    unit: 's',
    vaxel: (performance.now() - start) / 1_000,
    target: { is: 'at most', value: 10 },
  };
}

/** Starts so many phones at a time, each on a connection of its own. */
async function bootAll(
  phones: readonly BenchPhone[],
  port: number,
  tls: boolean,
): Promise<{ readonly requests: number; readonly failed: number }> {
  let next = 0;
  let requests = 0;
  let failed = 0;
  await Promise.all(
    Array.from({ length: 200 }, async () => {
      for (let phone = phones[next++]; phone !== undefined; phone = phones[next++]) {
        try {
          const asked = await bootPhone(port, phone, tls);
          requests += asked;
        } catch (error) {
          if (failed === 0) console.log(String(error));
          failed += 1;
        }
      }
    }),
  );
  return { requests, failed };
}

/** Processor time of a whole start, with a hundred times the phones in the table. */
async function growth(): Promise<Result> {
  const [few, many] = [await startServer(1_000), await startServer(COMPANY * 10)];
  try {
    const costs: Record<'few' | 'many', number[]> = { few: [], many: [] };
    for (let round = 0; round < 6; round += 1) {
      const arms = round % 2 === 0 ? (['few', 'many'] as const) : (['many', 'few'] as const);
      for (const arm of arms) {
        const server = arm === 'few' ? few : many;
        const step = Math.floor(server.phones.length / 1_000);
        const phones = server.phones.filter((_, i) => i % step === 0).slice(0, 1_000);
        const before = cpuMs(server.pid);
        await bootAll(phones.slice(round * 150, round * 150 + 150), server.port, false);
        costs[arm].push(cpuMs(server.pid) - before);
      }
    }
    return {
      what: `150 phones start, with 1,000 and with ${COMPANY * 10} in the table`,
      unit: 'ms of processor',
      native: median(costs.few),
      vaxel: median(costs.many),
      compared: 'ratio',
      target: { is: 'at most', value: 1.1 },
    };
  } finally {
    await few.stop();
    await many.stop();
  }
}
