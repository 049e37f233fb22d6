import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../test/support/eventually.ts';
import { ask, freePort } from '../test/support/provisioning-rig.ts';

/** nginx with one worker, serving one file from the disk: the limit of the machine. */
export interface Nginx {
  readonly port: number;
  /** Of the worker, which does the work. */
  readonly pid: number;
  stop(): Promise<void>;
}

/** `$BENCH_NGINX`, or the one on `PATH`; undefined where there is none. */
export async function startNginx(name: string, bytes: Buffer): Promise<Nginx | undefined> {
  const binary = process.env['BENCH_NGINX'] ?? 'nginx';
  if (spawnSync(binary, ['-v']).error !== undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'vaxel-nginx-'));
  // The worker is another user where the master is root.
  chmodSync(folder, 0o755);
  const port = await freePort();
  writeFileSync(join(folder, name), bytes);
  writeFileSync(join(folder, 'nginx.conf'), confOf(folder, port));
  const program = spawn(
    binary,
    ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'error.log'],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  await eventually('nginx', async () => {
    const answer = await ask(port, `/${name}`, {}).catch(() => undefined);
    return answer?.status === 200;
  });
  return {
    port,
    pid: workerOf(program.pid ?? 0),
    stop: async () => {
      program.kill('SIGQUIT');
      if (program.exitCode === null) await once(program, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const workerOf = (master: number): number =>
  Number(readFileSync(`/proc/${master}/task/${master}/children`, 'utf8').trim().split(' ')[0]);

const confOf = (folder: string, port: number): string => `
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 1000000;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  server { listen 127.0.0.1:${port}; root ${folder}; sendfile on; tcp_nopush on; }
}
`;
