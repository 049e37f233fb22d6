import { comparedValue, isMet, type Result } from './result.ts';
import { rounded } from './statistics.ts';

/** The results as a person reads them. */
export function table(results: readonly Result[]): string {
  const rows = [
    ['what', 'native', 'vaxel', 'difference', 'ratio', 'target', ''],
    ...results.map(row),
  ];
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  return rows
    .map((cells) =>
      cells
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function row(result: Result): readonly string[] {
  const { what, unit, vaxel, native, target } = result;
  const met = isMet(result);
  return [
    `${what} (${unit})`,
    native === undefined ? '' : String(rounded(native)),
    String(rounded(vaxel)),
    native === undefined ? '' : String(rounded(vaxel - native)),
    native === undefined ? '' : String(rounded(vaxel / native)),
    target === undefined ? '' : `${ofWhat(result)}${target.is} ${target.value}`,
    met === undefined ? '' : met ? 'met' : `MISSED (${rounded(comparedValue(result))})`,
  ];
}

const ofWhat = ({ compared }: Result): string => (compared === undefined ? '' : `${compared} `);
