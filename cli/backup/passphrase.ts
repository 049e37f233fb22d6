import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ReadStream } from 'node:tty';
import type { Config } from '../../common/config.ts';
import { type Output, type Refused, refused } from '../command.ts';

export interface AskPassphrase {
  readonly config: Config;
  /** What `--passphrase-file` said. */
  readonly file: string | undefined;
  readonly stderr: Output;
  /** Whether it is a new one, and must be typed alike twice. */
  readonly isNew: boolean;
}

/** From the file that was named, systemd's credential `backup-passphrase`, or whoever sits at the terminal. */
export async function askPassphrase(asked: AskPassphrase): Promise<string | Refused> {
  const { config, file, stderr, isNew } = asked;
  const credential = config.credentials && join(config.credentials, 'backup-passphrase');
  const from = file ?? (credential && existsSync(credential) ? credential : undefined);
  const given =
    from === undefined ? await fromTerminal(stderr, isNew) : (fromFile(from) ?? unreadable(from));
  if (typeof given !== 'string') return given;
  return isNew && given.length < SHORTEST
    ? refused('passphrase-short', `a passphrase has ${SHORTEST} characters at least`)
    : given;
}

/** Its first line. */
function fromFile(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/, 1)[0];
  } catch {
    return undefined;
  }
}

const unreadable = (file: string): Refused =>
  refused('passphrase-file', `the passphrase file ${file} cannot be read`);

async function fromTerminal(stderr: Output, twice: boolean): Promise<string | Refused> {
  const terminal = openTerminal();
  if (terminal === undefined) {
    return refused(
      'no-terminal',
      'there is no terminal to ask for the passphrase: name a file with --passphrase-file',
    );
  }
  try {
    const first = await terminal.ask(stderr, 'Passphrase: ');
    if (first === undefined) return refused('no-passphrase', 'no passphrase was given');
    if (twice && (await terminal.ask(stderr, 'Again: ')) !== first) {
      return refused('passphrases-differ', 'the two are not alike');
    }
    return first;
  } finally {
    terminal.close();
  }
}

/** The terminal itself, whatever stdin is. */
function openTerminal() {
  let handle: number;
  try {
    handle = openSync('/dev/tty', 'r');
  } catch {
    return undefined;
  }
  const stream = new ReadStream(handle);
  return {
    /** Shows nothing of what is typed. Undefined where it was broken off. */
    async ask(stderr: Output, question: string): Promise<string | undefined> {
      stderr.write(question);
      stream.setRawMode(true);
      try {
        return await new Promise<string | undefined>((resolve) => {
          let typed = '';
          const read = (bytes: Buffer) => {
            for (const letter of bytes.toString('utf8')) {
              if (ENDS.includes(letter)) {
                end('\r\n'.includes(letter) ? typed : undefined);
                return;
              }
              if (letter === '\u007f' || letter === '\b') typed = typed.slice(0, -1);
              else typed += letter;
            }
          };
          const end = (said: string | undefined) => {
            stream.off('data', read);
            stream.pause();
            resolve(said);
          };
          stream.on('data', read);
          stream.resume();
        });
      } finally {
        stream.setRawMode(false);
        stderr.write('\n');
      }
    },
    close(): void {
      stream.destroy();
      try {
        closeSync(handle);
      } catch {
        // The stream has closed it.
      }
    },
  };
}

/** Return, and Ctrl-C and Ctrl-D. */
const ENDS = '\r\n\u0003\u0004';

const SHORTEST = 8;
