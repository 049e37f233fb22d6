import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { systemClock, type Clock } from '../../common/time.ts';
import { EVENTS, LEG_EVENTS } from '../esl/event-names.ts';
import { connectEsl } from '../esl/connection.ts';
import { redactor, writeEvent } from './transcript.ts';

/** Records what a FreeSWITCH says, redacted, until `until` or the end of the connection. */
export async function record(options: {
  readonly host: string;
  readonly port: number;
  readonly password: string;
  readonly path: string;
  readonly until: AbortSignal;
  readonly clock?: Clock;
}): Promise<void> {
  const { host, port, password, path, until, clock = systemClock } = options;
  const redact = redactor();
  const file = createWriteStream(path);
  const early: string[] = [];
  let write = (text: string) => void early.push(text);
  const esl = await connectEsl({
    host,
    port,
    password,
    events: [...LEG_EVENTS, ...EVENTS],
    onEvent: (event) => {
      write(writeEvent(redact(event)));
    },
  });
  const version = await esl.api('version short');
  const day = new Date(clock()).toISOString().slice(0, 10);
  file.write(`# FreeSWITCH ${version}, ${day}. Replaced: numbers, addresses, secrets.\n\n`);
  write = (text) => void file.write(text);
  early.forEach(write);
  if (until.aborted) esl.close();
  until.addEventListener('abort', () => {
    esl.close();
  });
  await esl.ended;
  file.end();
  await finished(file);
}
