import { EventEmitter } from 'node:events';
import modesl from 'modesl';
import type { EslHeaders } from './headers.ts';
import { decodePercent, readLatin1 } from './text.ts';

/** One message from FreeSWITCH: its outer headers, and the bytes that followed them. */
export interface Frame {
  readonly headers: EslHeaders;
  /** A character for each byte, as the parser keeps them: `readLatin1` makes text of it. */
  readonly latin1: string;
}

/** What a chunk of the stream held; once `broken` is there the stream is lost. */
export interface Reading {
  readonly frames: readonly Frame[];
  readonly broken?: unknown;
}

/**
 * Cuts a stream of bytes into messages, with modesl's parser.
 *
 * The parser is fed through a stand-in for its socket, so that whatever it
 * throws is caught here. Two of its methods are replaced on the instance: the
 * header decoder, which throws on Latin-1 and believes any Content-Length, and
 * the event builder, which parses bodies by an order we do not need. It reads
 * the stream as Latin-1, which loses no byte, and each part is decoded by who needs it.
 */
export function frameReader(): (chunk: Buffer) => Reading {
  const source = new EventEmitter();
  const parser = new modesl.Parser(source);
  let frames: Frame[] = [];

  parser.encoding = 'latin1';
  parser._parseHeaderText = parseHeaders;
  parser._parseEvent = (headers, body = '') => {
    frames.push({ headers: textOf(headers), latin1: body });
  };

  return (chunk) => {
    frames = [];
    try {
      source.emit('data', chunk);
      if (parser.bodyLen === 0 && parser.buffer.length > LONGEST_HEAD) {
        throw new Error('the headers of a message do not end');
      }
      return { frames };
    } catch (broken) {
      return { frames, broken };
    }
  };
}

/** @throws {Error} on a length that is no length, or one we do not want to hold in memory. */
function parseHeaders(latin1: string): Record<string, string | number> {
  const headers: Record<string, string | number> = {};
  for (const line of readLatin1(latin1).split('\n')) {
    const colon = line.indexOf(':');
    if (colon < 1) {
      // The blank lines FreeSWITCH puts between some messages are not headers.
      if (line.trim() === '') continue;
      throw new Error('a header without a colon');
    }
    const name = line.slice(0, colon);
    const value = line.slice(line.charAt(colon + 1) === ' ' ? colon + 2 : colon + 1);
    headers[name] = name === 'Content-Length' ? readLength(value) : decodePercent(value);
  }
  return headers;
}

/** The parser goes by the number of a length; nobody else does. */
function textOf(headers: Readonly<Record<string, string | number | undefined>>): EslHeaders {
  const text: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) text[name] = String(value);
  return text;
}

function readLength(text: string): number {
  const length = /^\d{1,9}$/.test(text) ? Number(text) : Infinity;
  if (length > LONGEST_BODY) throw new Error(`a message of ${text.slice(0, 20)} bytes`);
  return length;
}

/** Bytes. An event's headers are in its body; what stands outside is short. */
const LONGEST_HEAD = 64 * 1024;

/** Bytes. `show channels as json` takes about 1 kB a channel; this is 16,000 of them. */
const LONGEST_BODY = 16 * 1024 * 1024;
