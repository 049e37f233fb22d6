/** One byte of A-law as 16 bits (ITU-T G.711 §3.2, table 1). */
export function fromALaw(byte: number): number {
  const code = byte ^ 0x55;
  const segment = (code >> 4) & 7;
  const step = ((code & 0x0f) << 4) + (segment === 0 ? 8 : 0x108);
  const level = segment > 1 ? step << (segment - 1) : step;
  return (code & 0x80) === 0 ? -level : level;
}

/** One byte of µ-law as 16 bits (ITU-T G.711 §3.2, table 2). */
export function fromMuLaw(byte: number): number {
  const code = ~byte & 0xff;
  const level = (((code & 0x0f) << 3) + BIAS) << ((code >> 4) & 7);
  return (code & 0x80) === 0 ? level - BIAS : BIAS - level;
}

const BIAS = 0x84;
