import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import nunjucks from 'nunjucks';
import { VaxelError } from '../../common/errors.ts';
import { writeWhole } from './write-file.ts';

/** What the files of freeswitch-conf/ may print. A file reads these names and no others. */
export interface ConfView {
  /** The address SIP and RTP stand on. */
  readonly bind: string;
  readonly ports: {
    readonly sip: number;
    readonly trunk: number;
    readonly esl: number;
    readonly tls: number | undefined;
    readonly ws: number | undefined;
    readonly wss: number | undefined;
  };
  /** Where FreeSWITCH asks, as its `socket` application takes it. */
  readonly daemons: string;
  readonly rtp: { readonly first: number; readonly last: number };
  readonly esl_password: string;
  readonly folders: {
    readonly prompts: string;
    readonly generated: string;
    readonly voicemail: string;
    readonly cdr: string;
    readonly tls: string;
  };
  /** Of those whom no organisation is known of yet: a caller from a trunk. */
  readonly language: 'sv' | 'en';
  /** Digits of the country whose national numbers trunks send: `46`. */
  readonly calling_code: string;
  /** IANA zone of those callers. */
  readonly zone: string;
  readonly domains: readonly string[];
  readonly zones: readonly { readonly name: string; readonly rule: string }[];
  /** Hang-up causes after which the next trunk is tried, comma separated (switch_types.h). */
  readonly trunk_failures: string;
  /** For FreeSWITCH 1.11.2 and later: `mod_commands.eval.api`. */
  readonly allowed_interfaces: readonly string[];
}

/**
 * Renders every file under `source` into `target`, each whole or not at all.
 * Folders named `parts` hold what other files include, and are not rendered by themselves.
 *
 * @throws {VaxelError} `FREESWITCH_CONFIG_FAILED` where a file reads what the view lacks.
 */
export async function renderConf(source: string, target: string, view: ConfView): Promise<void> {
  const env = new nunjucks.Environment(new nunjucks.FileSystemLoader(source), {
    autoescape: true,
    throwOnUndefined: true,
  });
  const names = (await readdir(source, { recursive: true, encoding: 'utf8' }))
    .filter((name) => name.endsWith('.xml') && !name.includes('/parts/'))
    .sort();
  for (const name of names) {
    await mkdir(dirname(join(target, name)), { recursive: true, mode: 0o750 });
    await writeWhole(join(target, name), [render(env, name, view)]);
  }
}

function render(env: nunjucks.Environment, name: string, view: ConfView): string {
  try {
    return env.render(name, view);
  } catch (cause) {
    throw new VaxelError('FREESWITCH_CONFIG_FAILED', `cannot render ${name}`, { name }, { cause });
  }
}
