export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Text directly in it, without the spaces around. */
  readonly text: string;
}

/**
 * A small XML 1.0 reader that takes no document type, no processing instruction
 * but the declaration, no entity but the five and numbers, and nothing after the root.
 *
 * @throws {Error} saying what, and where
 */
export function readXml(bytes: Uint8Array): XmlElement {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  if (FORBIDDEN.test(text)) throw new Error('a character that is not XML');
  const declared = /^<\?xml version="1\.0" encoding="UTF-8"( standalone="(yes|no)")?\?>\s*/.exec(
    text,
  );
  if (declared === null) throw new Error('no declaration of UTF-8');
  const reader = { text, at: declared[0].length };
  const root = readElement(reader, 0);
  if (text.slice(reader.at).trim() !== '') throw new Error(`more after the root at ${reader.at}`);
  return root;
}

interface Reader {
  readonly text: string;
  at: number;
}

function readElement(reader: Reader, depth: number): XmlElement {
  if (depth > 20) throw new Error('too deep');
  const name = take(reader, /<([A-Za-z_][\w.:-]*)/y, 'an element')[1] ?? '';
  const attributes = new Map<string, string>();
  for (;;) {
    const found = tryTake(reader, /\s+([A-Za-z_][\w.:-]*)="([^"<]*)"/y);
    if (found === undefined) break;
    const [, key = '', value = ''] = found;
    if (attributes.has(key)) throw new Error(`${key} a second time at ${reader.at}`);
    if (/[\n\t]/.test(value)) throw new Error(`${key} has a line end`);
    attributes.set(key, plain(value));
  }
  if (tryTake(reader, /\s*\/>/y) !== undefined) return { name, attributes, children: [], text: '' };
  take(reader, /\s*>/y, 'the end of a tag');
  const children: XmlElement[] = [];
  let text = '';
  for (;;) {
    text += plain(tryTake(reader, /[^<]+/y)?.[0] ?? '');
    if (tryTake(reader, /<!--(?:(?!--)[^])*-->/y) !== undefined) continue;
    if (reader.text.startsWith('</', reader.at)) break;
    children.push(readElement(reader, depth + 1));
  }
  const closes = take(reader, /<\/([\w.:-]+)\s*>/y, 'a closing tag')[1];
  if (closes !== name) throw new Error(`${name} is closed by ${closes ?? ''} at ${reader.at}`);
  return { name, attributes, children, text: text.trim() };
}

function tryTake(reader: Reader, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text) ?? undefined;
  if (found !== undefined) reader.at = pattern.lastIndex;
  return found;
}

function take(reader: Reader, pattern: RegExp, what: string): RegExpExecArray {
  const found = tryTake(reader, pattern);
  if (found === undefined) throw new Error(`${what} is missing at ${reader.at}`);
  return found;
}

function plain(text: string): string {
  if (/&(?!(amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)/.test(text)) {
    throw new Error(`a bare & in ${text.slice(0, 40)}`);
  }
  return text.replaceAll(/&(?:#x([0-9A-Fa-f]+)|#(\d+)|(\w+));/g, (_, hex, decimal, name) =>
    typeof name === 'string'
      ? (ENTITIES[name] ?? '')
      : String.fromCodePoint(Number.parseInt(String(hex ?? decimal), hex === undefined ? 10 : 16)),
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

/** XML 1.0 §2.2. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;
