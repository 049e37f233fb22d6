import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'tap';
import type { Finding } from '../../cli/doctor/finding.ts';
import type { DaemonStatus, FreeSwitchFacts, FreeSwitchStatus } from '../../daemon/status.ts';
import { listen, vaxel } from './command-line.ts';

interface Said {
  freeswitch: FreeSwitchStatus;
  lamps: DaemonStatus['lamps'];
  prompts: DaemonStatus['prompts'];
}

/** An installation for `vaxel doctor` to look at: its daemon says `said` and `facts`, its FreeSWITCH `version`. */
export async function installation(t: Test, version = '1.11.2') {
  const folder = t.testdir({});
  const state = join(folder, 'state');
  const said: Said = {
    freeswitch: { state: 'absent', why: 'FreeSWITCH is not there' },
    lamps: { watched: 30, wrong: 0 },
    prompts: 'ready',
  };
  const facts: { of: FreeSwitchFacts | undefined } = { of: undefined };
  const { server, port } = await listen((request, response) => {
    if (request.url === '/v1/freeswitch') {
      response.statusCode = facts.of === undefined ? 503 : 200;
      response.end(JSON.stringify(facts.of ?? {}));
      return;
    }
    response.end(JSON.stringify({ pid: 4711, directoryRevision: 1, calls: {}, ...said }));
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
    { mode: 0o700 },
  );
  const around = vaxel(state, port);
  around.env['FREESWITCH'] = binary;
  around.env['VAXEL_PROVISIONING_PORT'] = String(provisioning.port);
  const examine = async (more: Record<string, string> = {}) => {
    const { code, out } = await around.call(['doctor', '--json'], more);
    return { code, findings: JSON.parse(out) as readonly Finding[] };
  };
  return { ...around, folder, state, said, facts, examine };
}
