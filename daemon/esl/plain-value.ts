/**
 * Text from outside as a channel variable's value.
 *
 * FreeSWITCH expands `${…}` inside whatever it has just expanded, API calls
 * included, so a caller named `${system(touch f)}` would be obeyed: the dollar
 * sign never gets through. Nor does what ends a command. Everything else
 * arrives as it was: commas, braces and emoji mean nothing in a list of variables,
 * and what does is escaped there (daemon/esl/plan-commands.ts).
 */
export function plainValue(text: string): string {
  return text
    .replaceAll(/[$\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/gu, ' ')
    .replaceAll(/ {2,}/g, ' ')
    .trim()
    .slice(0, LONGEST);
}

/** Characters. Longer than any display, short enough for any header. */
const LONGEST = 120;
