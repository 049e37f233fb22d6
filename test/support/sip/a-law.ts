/** ITU-T G.711 A-law, from and to linear 16-bit samples. */
export function encodeALaw(sample: number): number {
  const mask = sample >= 0 ? 0xd5 : 0x55;
  const magnitude = Math.min(sample >= 0 ? sample : -sample - 1, 32_767) >> 3;
  const segment = Math.max(0, 32 - Math.clz32(magnitude) - 5);
  const mantissa = (segment < 2 ? magnitude >> 1 : magnitude >> segment) & 0x0f;
  return ((segment << 4) | mantissa) ^ mask;
}

export function decodeALaw(byte: number): number {
  const bits = byte ^ 0x55;
  const segment = (bits & 0x70) >> 4;
  const step = ((bits & 0x0f) << 4) + (segment === 0 ? 8 : 0x108);
  const magnitude = segment < 2 ? step : step << (segment - 1);
  return (bits & 0x80) === 0 ? -magnitude : magnitude;
}

/** What an A-law line carries when nobody speaks. */
export const A_LAW_SILENCE = 0xd5;
