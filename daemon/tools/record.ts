import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { record } from './recorder.ts';

/** `npm run esl:record -- <name> --password-file <file> [--seconds <n>]` */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'password-file': { type: 'string' }, seconds: { type: 'string' } },
});
const [name] = positionals;
const file = values['password-file'];
if (name === undefined || !/^[a-z0-9-]+$/.test(name) || file === undefined) {
  process.stderr.write('esl:record -- <name> --password-file <file> [--seconds <n>]\n');
  process.exit(2);
}
const stopping = new AbortController();
const stop = () => {
  stopping.abort();
};
process.once('SIGINT', stop);
if (values.seconds !== undefined) setTimeout(stop, Number(values.seconds) * 1000).unref();
await record({
  host: '127.0.0.1',
  port: Number(process.env['VAXEL_ESL_PORT'] ?? 8021),
  password: readFileSync(file, 'utf8').trim(),
  path: `test/transcripts/${name}.esl`,
  until: stopping.signal,
});
