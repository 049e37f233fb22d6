/**
 * A header value as FreeSWITCH's plain form writes it: raw bytes, some of them
 * as `%XX` (switch_utils.c, `switch_url_encode`).
 *
 * Total. Bytes that are not UTF-8 are read as Latin-1, since that is what old
 * phones and gateways send: `%C5sa` is `Åsa`. A bare `%` is itself.
 *
 * @param text - bytes as Latin-1, as `FrameReader` gives them.
 */
export function readPercentText(text: string): string {
  const unescaped = text.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(unescaped, 'latin1'));
  } catch {
    return unescaped;
  }
}
