import type { EslHeaders } from '../../daemon/esl/headers.ts';

export type Step =
  | { readonly from: 'freeswitch'; readonly event: EslHeaders }
  | {
      readonly from: 'vaxel';
      readonly command: {
        readonly line: string;
        readonly headers: Readonly<Record<string, string>>;
      };
    };

/** Reads a transcript: blocks parted by blank lines, `#` comments, `\n` and `\\` escaped in values. */
export function parseTranscript(text: string): readonly Step[] {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .split(/\n{2,}/)
    .map((block) => block.replace(/^\n+|\n+$/g, ''))
    .filter((block) => block !== '')
    .map(parseStep);
}

function parseStep(block: string): Step {
  const [first = '', ...rest] = block.split('\n');
  const headers = Object.fromEntries(
    rest.map((header) => {
      const colon = header.indexOf(': ');
      return [header.slice(0, colon), unescape(header.slice(colon + 2))];
    }),
  );
  const line = first.slice(2);
  return first.startsWith('<')
    ? { from: 'freeswitch', event: { 'Event-Name': line, ...headers } }
    : { from: 'vaxel', command: { line, headers } };
}

const unescape = (text: string) =>
  text.replace(/\\([nr\\])/g, (_, sign) => (sign === 'n' ? '\n' : sign === 'r' ? '\r' : '\\'));
