import type { ReferralWording } from './wording.ts';

/**
 * What somebody typed, as words a voice can say: figures become numbers, signs
 * without a sound become pauses of nothing. Empty where nothing is left.
 *
 * "Sal 3" is "Sal tre", "13.30" a time of day, and a long number is said digit
 * by digit.
 */
export function speakable(text: string, { words, signs }: ReferralWording): string {
  const { number, minute, year } = words;
  const run = (figures: string): string => {
    const value = Number(figures);
    if (figures.length < 3 && figures === `${value}`) return number(value);
    if (/^20[2-4]\d$/.test(figures)) return year(value);
    return Array.from(figures, (figure) => number(Number(figure))).join(' ');
  };
  const time = (_: string, hour: string, past: string) =>
    ` ${number(Number(hour))}${past === '00' ? '' : ` ${minute(Number(past))}`} `;
  return text
    .normalize('NFC')
    .replace(/(?<!\d)([01]?\d|2[0-3])[:.]([0-5]\d)(?!\d)/g, time)
    .replace(/\d+/g, (figures) => ` ${run(figures)} `)
    .replace(/[&+%]/g, (sign) => ` ${signs[sign as keyof typeof signs]} `)
    .replace(/[^\p{L}\p{M} ,.'’-]/gu, ' ')
    .replace(/ +(?=[,.])/g, '')
    .replace(/ +/g, ' ')
    .replace(/^[^\p{L}]+|[^\p{L}\p{M}]+$/gu, '');
}
