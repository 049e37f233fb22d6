/**
 * Comma-separated values (RFC 4180), with semicolons or tabs where the first
 * line has no comma: what spreadsheets write in countries with a decimal comma.
 * Empty lines are left out. Total: any text is some rows.
 */
export function readCsv(text: string): readonly (readonly string[])[] {
  const [first = ''] = text.split('\n');
  const comma = [',', ';', '\t'].find((mark) => first.includes(mark)) ?? ',';
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  const endCell = () => {
    row.push(cell);
    cell = '';
  };
  const endRow = () => {
    endCell();
    if (row.some((each) => each.trim() !== '')) rows.push(row);
    row = [];
  };
  for (let at = 0; at < text.length; at += 1) {
    const letter = text.charAt(at);
    if (quoted && letter === '"' && text.charAt(at + 1) === '"') {
      cell += letter;
      at += 1;
    } else if (letter === '"' && (quoted || cell.trim() === '')) {
      quoted = !quoted;
    } else if (!quoted && letter === comma) endCell();
    else if (!quoted && letter === '\n') endRow();
    else if (quoted || letter !== '\r') cell += letter;
  }
  endRow();
  return rows;
}
