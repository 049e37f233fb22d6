/**
 * One ESL command as it stands on the wire: its line, its headers, a blank line, its body.
 *
 * Everything sent to FreeSWITCH passes here. A line break inside an argument
 * would begin a command of its own, so a caller's name could run one; a
 * Content-Length would swallow the commands that follow; an empty line gets no
 * reply, and the replies of all later commands would shift. What people type
 * must have been made safe before: here it is a bug.
 *
 * @throws {Error} on any of these.
 */
export function encodeCommand(
  line: string,
  headers: Readonly<Record<string, string>> = {},
  body = '',
): string {
  if (!/^\S/.test(line)) throw new Error('an ESL command begins with its name');
  if (breaks(line)) throw new Error('a line break in the line of an ESL command');
  const lines = Object.entries(headers).map(([name, value]) => {
    if (!/^[\w.-]+$/.test(name) || name.toLowerCase() === 'content-length') {
      throw new Error(`not an ESL header: ${JSON.stringify(name)}`);
    }
    if (breaks(value)) throw new Error(`a line break in the ESL header ${name}`);
    return `${name}: ${value}`;
  });
  if (body === '') return `${[line, ...lines].join('\n')}\n\n`;
  const length = `Content-Length: ${Buffer.byteLength(body)}`;
  return `${[line, ...lines, length].join('\n')}\n\n${body}`;
}

const breaks = (text: string) => ['\r', '\n', '\0'].some((sign) => text.includes(sign));
