/** Whom a phone can call by name: the organisation's people. */
export interface PhoneBook {
  /** The organisation's. */
  readonly name: string;
  readonly entries: readonly BookEntry[];
}

export interface BookEntry {
  readonly name: string;
  /** As one dials them, the extension first. */
  readonly numbers: readonly string[];
}

/**
 * The entries that what somebody typed may mean, in the order of their names: each
 * word begins a word of the name, whatever its case and dots (`bjorn` finds Björn),
 * or all is digits within a number. Nothing typed finds all.
 *
 * @param most - so many at most: a phone shows a screenful, and waits for the rest.
 */
export function searchBook(book: PhoneBook, typed: string, most: number): PhoneBook {
  const words = plainText(typed.slice(0, 60))
    .split(/\s+/)
    .filter((word) => word !== '');
  const digits = typed.replaceAll(/[\s+()-]/g, '');
  const found = book.entries.filter((entry) => {
    const names = plainText(entry.name).split(/[\s-]+/);
    const byName = words.every((word) => names.some((name) => name.startsWith(word)));
    const byNumber =
      /^\d+$/.test(digits) && entry.numbers.some((number) => number.includes(digits));
    return byName || byNumber;
  });
  return { ...book, entries: [...found].sort(byName).slice(0, most) };
}

/** Swedish order: å, ä and ö are the last letters. */
function byName(a: BookEntry, b: BookEntry): number {
  return COLLATOR.compare(a.name, b.name) || (a.numbers[0] ?? '').localeCompare(b.numbers[0] ?? '');
}

const COLLATOR = new Intl.Collator('sv');

const plainText = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/\p{Mn}/gu, '')
    .toLowerCase();
