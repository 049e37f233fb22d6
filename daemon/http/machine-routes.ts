import { readResync, type Resync } from '../resync.ts';
import type { DaemonStatus, LampRow } from '../status.ts';
import { problem, type Route } from './route.ts';

export interface MachineRouteDeps {
  readonly status: () => Promise<DaemonStatus>;
  readonly lamps: () => readonly LampRow[];
  /** Makes what the database says live; fulfilled when FreeSWITCH has it. */
  readonly refresh: () => Promise<void>;
  /** Tells a phone to fetch its files. @returns whether there is a FreeSWITCH to say it. */
  readonly resync: (phone: Resync) => Promise<boolean>;
  readonly document: () => unknown;
}

/**
 * For the command line and for monitoring on the same machine, without a token.
 * A process of any local user may ask them: they show who is registered from
 * where, and may have a phone fetch its files; they tell no secret and touch no call.
 */
export function machineRoutes(deps: MachineRouteDeps): readonly Route[] {
  const { status, lamps, refresh, resync, document } = deps;
  return [
    {
      method: 'get',
      path: '/healthz',
      name: 'healthz',
      summary: 'Whether the process lives',
      who: 'here',
      takes: undefined,
      answers: { 200: { what: 'It does', schema: 'Health' } },
      run: async () => ({ status: 200, body: { ok: true } }),
    },
    {
      method: 'get',
      path: '/readyz',
      name: 'readyz',
      summary: 'Whether calls are answered',
      who: 'here',
      takes: undefined,
      answers: {
        200: { what: 'They are', schema: 'Health' },
        503: { what: 'FreeSWITCH is not there', schema: 'Health' },
      },
      run: async () => {
        const { freeswitch } = await status();
        const ok = freeswitch.state === 'connected';
        return { status: ok ? 200 : 503, body: { ok } };
      },
    },
    {
      method: 'get',
      path: '/v1/status',
      name: 'status',
      summary: 'What the daemon knows of itself and of FreeSWITCH',
      who: 'here',
      takes: undefined,
      answers: { 200: { what: 'All of it', schema: 'DaemonStatus' } },
      run: async () => ({ status: 200, body: await status() }),
    },
    {
      method: 'get',
      path: '/v1/lamps',
      name: 'lamps',
      summary: 'What phones were told about whom, and what is true',
      who: 'here',
      takes: undefined,
      answers: { 200: { what: 'One for each lamp that a phone watches', schema: 'LampRows' } },
      run: async () => ({ status: 200, body: lamps() }),
    },
    {
      method: 'get',
      path: '/v1/openapi.json',
      name: 'openapi',
      summary: 'This document',
      who: 'here',
      takes: undefined,
      answers: { 200: { what: 'OpenAPI 3.1', schema: 'Document' } },
      run: async () => ({ status: 200, body: document() }),
    },
    {
      method: 'post',
      path: '/v1/refresh',
      name: 'refresh',
      summary: 'Reads the database anew, and gives FreeSWITCH what it must know of it',
      who: 'here',
      takes: undefined,
      answers: { 204: { what: 'FreeSWITCH has it' } },
      run: async () => {
        await refresh();
        return { status: 204 };
      },
    },
    {
      method: 'post',
      path: '/v1/phones/resync',
      name: 'resync',
      summary: 'Has a desk phone fetch its files',
      who: 'here',
      takes: 'Resync',
      answers: {
        204: { what: 'It was told' },
        400: { what: 'The request is not of its form', schema: 'Problem' },
        503: { what: 'FreeSWITCH is not there', schema: 'Problem' },
      },
      run: async ({ body }) => {
        const phone = readResync(body);
        if (phone === undefined) return problem(400, 'bad-request', 'not a phone to resync');
        return (await resync(phone))
          ? { status: 204 }
          : problem(503, 'freeswitch-away', 'FreeSWITCH cannot be asked now');
      },
    },
  ];
}
