import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import t from 'tap';
import ts from 'typescript';

/** Who may import whom: the first row that matches the file decides. */
const LAYERS: readonly (readonly [files: RegExp, may: readonly RegExp[]])[] = [
  [
    /^daemon\/(call|routing|lines|calendar|referral)\//,
    [
      /^daemon\/(call|routing|lines|calendar|referral)\//,
      /^daemon\/voice\/(swedish|english|wording|prompt-name)\.ts$/,
      /^common\/(activity|brand|destination-class|outside-reach|time|phone-number|short-numbers|shown-number|trunk-trust)\.ts$/,
    ],
  ],
  [
    /^daemon\/esl\//,
    [
      /^daemon\/(esl|call)\//,
      /^daemon\/routing\/(plan|directory)\.ts$/,
      /^common\/[^/]+\.ts$/,
      /^node:/,
      /^modesl$/,
    ],
  ],
  // What holds without a daemon is made of what routing knows.
  [
    /^daemon\/freeswitch\/(fallback(-[a-z]+)?|may-call)\.ts$/,
    [/^daemon\/(freeswitch|routing|calendar)\//, /^common\/[^/]+\.ts$/, /^libphonenumber-js\/max$/],
  ],
  [
    /^daemon\/freeswitch\//,
    [
      /^daemon\/freeswitch\//,
      /^daemon\/call\/owner\.ts$/,
      /^daemon\/routing\/(directory|rules|shown-number)\.ts$/,
      /^daemon\/voice\/(catalogue|phrases)\.ts$/,
      /^daemon\/status\.ts$/,
      /^common\//,
      /^node:/,
      /^(xmlbuilder2|nunjucks|libphonenumber-js\/max)$/,
    ],
  ],
  [
    /^daemon\/voice\//,
    [
      /^daemon\/voice\//,
      /^daemon\/routing\/directory\.ts$/,
      /^common\/[^/]+\.ts$/,
      /^node:/,
      /^(xmlbuilder2|@echogarden\/espeak-ng-emscripten)$/,
    ],
  ],
  [
    /^daemon\/http\//,
    [
      /^daemon\/(http\/|status\.ts$|resync\.ts$)/,
      /^daemon\/(lines\/line|routing\/directory|control\/(call-control|own-call|result|status-control))\.ts$/,
      /^common\/[^/]+\.ts$/,
      /^node:(stream\/consumers|http|crypto)$/,
      /^(koa|@koa\/router|zod)$/,
    ],
  ],
  // Our own phone among those that watch lamps: text in, text out.
  [
    /^daemon\/canary\/(?!keep-)/,
    [
      /^daemon\/(canary\/(?!keep-)|call\/lamp\.ts$)/,
      /^common\/(a1-hash|time)\.ts$/,
      /^node:crypto$/,
    ],
  ],
  // What there is to tell of a call: pure.
  [
    /^daemon\/explain\//,
    [
      /^daemon\/(explain|call|routing)\//,
      /^daemon\/decisions\/decision\.ts$/,
      /^common\/(activity|call-leg|time)\.ts$/,
    ],
  ],
  [/^daemon\/metrics\//, [/^daemon\//, /^common\//, /^node:/, /^prom-client$/]],
  [/^daemon\//, [/^daemon\//, /^common\//, /^node:/]],
  // What a phone is and may have: pure.
  [
    /^provisioning\/(phone|models|settings|files|book)\//,
    [
      /^provisioning\/(phone|models|settings|files|book)\//,
      /^common\/(brand|nearest|phone-number)\.ts$/,
    ],
  ],
  [
    /^provisioning\/render\//,
    [
      /^provisioning\/(render|phone|models|settings|files|book)\//,
      /^common\/(errors|in-turns|package-root)\.ts$/,
      /^node:(fs|path)$/,
      /^(nunjucks|xmlbuilder2|node-cache)$/,
    ],
  ],
  [
    /^provisioning\/http\/metrics\.ts$/,
    [/^provisioning\//, /^common\/tally\.ts$/, /^prom-client$/],
  ],
  [
    /^provisioning\//,
    [/^provisioning\//, /^common\//, /^node:/, /^(koa|@koa\/router|node-cache)$/],
  ],
  // What a phone would get is computed where it is asked about.
  [
    /^cli\/(phone(s|-[a-z]+)|doctor\/phones)\.ts$/,
    [/^cli\//, /^common\//, /^provisioning\/(files|models|phone|settings|source)\//, /^node:/],
  ],
  // `vaxel start` prepares what the daemon will find; the other commands ask it or the database.
  [/^cli\/start\.ts$/, [/^cli\//, /^common\//, /^daemon\/(directory\.ts$|freeswitch\/)/, /^node:/]],
  // Where calls would go, and why they went, is said by the router itself.
  [
    /^cli\/(why|route(-[a-z]+)?|replay|bundle|backtest|configuration)\.ts$/,
    [
      /^cli\//,
      /^common\//,
      /^daemon\/(read-world\.ts$|(call|calendar|decisions|explain|journal|routing)\/)/,
      /^daemon\/voice\/prompt-text\.ts$/,
      /^node:/,
    ],
  ],
  // One file that holds all there is.
  [
    /^cli\/backup\//,
    [
      /^cli\/(backup\/|command\.ts$)/,
      /^common\//,
      /^daemon\/freeswitch\/layout\.ts$/,
      /^node:/,
      /^(tar|zod)$/,
    ],
  ],
  [
    /^cli\//,
    [
      /^cli\//,
      /^common\//,
      /^daemon\/(calendar|freeswitch|routing)\//,
      /^daemon\/(directory|presence\/load-presence|status)\.ts$/,
      /^daemon\/voice\/(catalogue|greeting-sound|place-file|prompts-there|recorded-texts|wav)\.ts$/,
      /^node:/,
    ],
  ],
  [/^common\/db\/migrations\//, [/^common\/db\/migrations\/columns\.ts$/, /^kysely$/]],
  [/^common\/db\//, [/^common\//, /^node:/, /^(kysely|better-sqlite3)$/]],
  [
    /^common\//,
    [/^common\/[^/]+\.ts$/, /^node:/, /^(pino|prom-client|zod|smol-toml|libphonenumber-js\/max)$/],
  ],
];

/** What a file must not say, wherever it stands but in these. */
const WORDS: readonly (readonly [word: RegExp, but: RegExp, why: string])[] = [
  [/\bDate\.now\(/, /^common\/time\.ts$/, 'the clock is a dependency'],
  [
    /\bprocess\.(env|argv)\b/,
    /(^|\/)(main|record)\.ts$/,
    'the environment is handed in from main.ts',
  ],
];

const FOLDERS = ['common', 'daemon', 'provisioning', 'cli'];

for (const file of FOLDERS.filter((folder) => existsSync(folder)).flatMap(filesIn)) {
  t.test(`${file} imports what it may`, async (t) => {
    t.strictSame(violations(file, readFileSync(file, 'utf8')), []);
  });
}

t.test('a violation is seen', async (t) => {
  const planted: readonly (readonly [file: string, source: string])[] = [
    ['daemon/routing/route.ts', `import { readFileSync } from 'node:fs';`],
    ['daemon/routing/route.ts', `import type { Db } from '../../common/db/open.ts';`],
    ['daemon/routing/route.ts', `export * from '../esl/connection.ts';`],
    ['daemon/esl/adapter.ts', `import { route } from '../routing/route.ts';`],
    ['daemon/status.ts', `import { app } from '../provisioning/app.ts';`],
    ['provisioning/app.ts', `import { route } from '../daemon/routing/route.ts';`],
    ['provisioning/http/phone.ts', `const nunjucks = await import('nunjucks');`],
    ['provisioning/settings/check.ts', `import { readFile } from 'node:fs/promises';`],
    ['provisioning/render/template.ts', `import type { Db } from '../../common/db/open.ts';`],
    ['cli/users.ts', `import { openDirectory } from '../daemon/directory-store.ts';`],
    ['cli/users.ts', `import { Kysely } from 'kysely';`],
    ['common/log.ts', `import { openDb } from './db/open.ts';`],
    ['common/db/users.ts', `import { loadDirectory } from '../../daemon/directory.ts';`],
    ['common/log.ts', `const now = Date.now();`],
    ['cli/users.ts', `const home = process.env['HOME'];`],
    ['elsewhere/new.ts', `import { join } from 'node:path';`],
  ];
  for (const [file, source] of planted) {
    t.equal(violations(file, source).length, 1, `${file}: ${source}`);
  }
  t.strictSame(
    violations('daemon/routing/route.ts', `import { seconds } from '../../common/time.ts';`),
    [],
  );
});

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

function violations(file: string, source: string): readonly string[] {
  const may = LAYERS.find(([pattern]) => pattern.test(file))?.[1] ?? [];
  const imports = ts
    .preProcessFile(source)
    .importedFiles.map(({ fileName }) =>
      fileName.startsWith('.') ? normalize(join(dirname(file), fileName)) : fileName,
    );
  return [
    ...imports.filter((target) => !may.some((pattern) => pattern.test(target))),
    ...WORDS.filter(([word, but]) => word.test(source) && !but.test(file)).map(([, , why]) => why),
  ];
}
