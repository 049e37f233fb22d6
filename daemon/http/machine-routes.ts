import { readResync, type Resync } from '../resync.ts';
import type { DaemonStatus, FreeSwitchFacts, LampRow } from '../status.ts';
import { problem, type Route } from './route.ts';

export interface MachineRouteDeps {
  /** Why calls are not answered as they should be now, in words; empty where they are. */
  readonly whyNotReady: () => Promise<readonly string[]>;
  /** For Prometheus. */
  readonly metrics: { readonly text: () => Promise<string>; readonly type: string };
  /** What can be asked of FreeSWITCH; undefined where it is not there. */
  readonly freeswitch: () => Promise<FreeSwitchFacts | undefined>;
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
  const { status, lamps, refresh, resync, document, metrics } = deps;
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
        503: { what: 'Not as they should be, and why', schema: 'Health' },
      },
      run: async () => {
        const why = await deps.whyNotReady();
        return why.length === 0
          ? { status: 200, body: { ok: true } }
          : { status: 503, body: { ok: false, why } };
      },
    },
    {
      method: 'get',
      path: '/metrics',
      name: 'metrics',
      summary: 'What is measured, for Prometheus',
      who: 'here',
      takes: undefined,
      answers: { 200: { what: 'All of it', text: metrics.type } },
      run: async () => ({ status: 200, body: await metrics.text(), type: metrics.type }),
    },
    {
      method: 'get',
      path: '/v1/freeswitch',
      name: 'freeswitch',
      summary: 'Modules, limits and trunks, as FreeSWITCH says them now',
      who: 'here',
      takes: undefined,
      answers: {
        200: { what: 'All of it', schema: 'FreeSwitchFacts' },
        503: { what: 'FreeSWITCH is not there', schema: 'Problem' },
      },
      run: async () => {
        const body = await deps.freeswitch();
        return body === undefined
          ? problem(503, 'freeswitch-away', 'FreeSWITCH cannot be asked now')
          : { status: 200, body };
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
