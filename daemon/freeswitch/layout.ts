import { join } from 'node:path';

/** Where an instance keeps what FreeSWITCH reads and writes; all below one state directory. */
export interface Layout {
  /** Rendered from freeswitch-conf/. */
  readonly conf: string;
  /** Written from the database: directory, gateways, trunk addresses. */
  readonly generated: string;
  readonly log: string;
  readonly db: string;
  readonly run: string;
  readonly storage: string;
  readonly tls: string;
  readonly cdr: string;
  readonly voicemail: string;
  /** Messages of callers whom somebody has blocked. */
  readonly unheard: string;
  /** Greetings as they are recorded, until they are kept or not. */
  readonly takes: string;
  readonly prompts: string;
  /** People's own recordings. */
  readonly greetings: string;
}

export function layoutOf(state: string): Layout {
  const within = (...names: readonly string[]) => join(state, ...names);
  return {
    conf: within('freeswitch', 'conf'),
    generated: within('freeswitch', 'generated'),
    log: within('freeswitch', 'log'),
    db: within('freeswitch', 'db'),
    run: within('freeswitch', 'run'),
    storage: within('freeswitch', 'storage'),
    tls: within('freeswitch', 'tls'),
    cdr: within('cdr'),
    voicemail: within('voicemail'),
    unheard: within('voicemail', 'unheard'),
    takes: within('voicemail', 'takes'),
    prompts: within('prompts'),
    greetings: within('greetings'),
  };
}

/**
 * Arguments that make FreeSWITCH live there, in the foreground, without terminal, NAT guess, clock
 * calibration (it takes up to fifteen seconds of start) or real-time claim.
 *
 * @param tables - where it keeps what it knows of the moment.
 */
export function freeSwitchArguments(layout: Layout, tables: string): readonly string[] {
  return [
    ...['-nonat', '-nocal', '-nf', '-nc', '-np'],
    ...['-conf', layout.conf, '-log', layout.log, '-db', tables, '-run', layout.run],
    ...['-storage', layout.storage, '-certs', layout.tls, '-temp', layout.run],
    ...['-recordings', layout.storage, '-cache', layout.run],
  ];
}
