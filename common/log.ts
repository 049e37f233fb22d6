import { type DestinationStream, pino } from 'pino';
import type { SecurityEvent } from './security.ts';
import { systemClock } from './time.ts';

/** The only fields a log line may have, besides its message. */
export interface LogFields {
  /** Of what kind, where somebody who means harm would do it; see security.ts. */
  readonly security?: SecurityEvent;
  readonly leg?: string;
  readonly call?: string;
  readonly user?: string;
  readonly device?: string;
  readonly organisation?: string;
  readonly trunk?: string;
  readonly mac?: string;
  /** Where a request came from. */
  readonly client?: string;
  /** A phone number or what was dialled; masked above `debug`. */
  readonly number?: string;
  readonly dialled?: string;
  readonly plan?: string;
  readonly trace?: readonly string[];
  readonly code?: string;
  readonly cause?: string;
  readonly file?: string;
  readonly count?: number;
  readonly ms?: number;
  readonly err?: unknown;
}

export interface Log {
  readonly error: (fields: LogFields, message: string) => void;
  readonly warn: (fields: LogFields, message: string) => void;
  readonly info: (fields: LogFields, message: string) => void;
  readonly debug: (fields: LogFields, message: string) => void;
}

/**
 * JSON lines on stdout. Whole phone numbers are written at `debug` alone, in
 * whichever field or message they come; secrets are redacted by name as well as
 * never passed.
 */
export function openLog(
  program: string,
  level: string,
  to: DestinationStream = standardOutput(),
): Log {
  const options = {
    level,
    base: { program },
    redact: ['password', 'secret', 'pin', 'err.password', 'err.secret', 'err.pin', '*.password'],
  };
  const logger = pino(options, to);
  return {
    error: (fields, message) => {
      logger.error(masked(fields), maskNumber(message));
    },
    warn: (fields, message) => {
      if (logger.isLevelEnabled('warn')) logger.warn(masked(fields), maskNumber(message));
    },
    info: (fields, message) => {
      if (logger.isLevelEnabled('info')) logger.info(masked(fields), maskNumber(message));
    },
    debug: (fields, message) => {
      logger.debug(fields, message);
    },
  };
}

/** Of lines that wait for the disk; what comes on top of them is lost. */
const MOST_WAITING_BYTES = 1_000_000;

/**
 * A full disk is no reason to end a program that carries calls: what could not be written waits, and
 * is tried again with the next line.
 *
 * @param fd - of the file or pipe written to.
 */
export function standardOutput(fd = 1): ReturnType<typeof pino.destination> {
  const out = pino.destination({ dest: fd, sync: false, maxLength: MOST_WAITING_BYTES });
  let lost = 0;
  out.on('drop', () => (lost += 1));
  out.on('drain', () => {
    if (lost === 0) return;
    const msg = 'lines of the log were lost: they could not be written';
    out.write(`${JSON.stringify({ level: 40, time: systemClock(), count: lost, msg })}\n`);
    lost = 0;
  });
  // An event emitter without a listener for its errors throws them.
  out.on('error', () => undefined);
  return out;
}

/** Every phone number in the text keeps its last three digits: `+46812345600` → `*********600`. */
export function maskNumber(text: string): string {
  return text.replaceAll(/(?<![\w.-])\+?\d{7,15}(?![\w-])/g, (number) =>
    number.slice(-3).padStart(number.length, '*'),
  );
}

/** The fields in which a number may stand; identifiers are left as they are. */
function masked(fields: LogFields): LogFields {
  const { number, dialled, trace } = fields;
  return {
    ...fields,
    ...(number === undefined ? {} : { number: maskNumber(number) }),
    ...(dialled === undefined ? {} : { dialled: maskNumber(dialled) }),
    ...(trace === undefined ? {} : { trace: trace.map(maskNumber) }),
  };
}
