import { isUtf8 } from 'node:buffer';
import { readText } from './text.ts';

/**
 * The headers of one ESL message or event: names to values.
 *
 * Names are as FreeSWITCH writes them (`Unique-ID`), so that they can be found
 * in its source; it writes each in one way only. An event's body is `_body`.
 */
export type EslHeaders = Readonly<Record<string, string | undefined>>;

/**
 * Reads the JSON of one event (`text/event-json`), or of one `uuid_dump … json`.
 *
 * A header that was added several times is a list in JSON. It becomes
 * `ARRAY::a|:b`, which is how FreeSWITCH writes it everywhere else
 * (`switch_event.c`, `switch_event_add_header_string`).
 *
 * @throws {SyntaxError} where it is not one JSON object.
 */
export function parseEventJson(body: Buffer): EslHeaders {
  // Where one value is Latin-1 the whole is no UTF-8. JSON's own signs are
  // ASCII, so it is parsed byte for byte and each value is read by itself.
  const read = isUtf8(body) ? asIs : readValue;
  const json: unknown = JSON.parse(readText(body));
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new SyntaxError('an event is a JSON object');
  }
  // A busy FreeSWITCH sends hundreds of events a second, of 150 headers each: nearly all need no second look.
  if (read === asIs && isPlain(json)) return json;
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [name, read(headerText(value))]),
  );
}

const isPlain = (json: object): json is Record<string, string> =>
  Object.values(json).every((value) => typeof value === 'string');

function headerText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return `ARRAY::${value.map(headerText).join('|:')}`;
  return JSON.stringify(value);
}

const asIs = (text: string) => text;

const readValue = (latin1: string) => readText(Buffer.from(latin1, 'latin1'));
