/** The few forms of DER (ITU-T X.690) that a certificate is made of. */
export const der = {
  sequence: (...parts: readonly Buffer[]): Buffer => wrap(0x30, Buffer.concat(parts)),
  set: (...parts: readonly Buffer[]): Buffer => wrap(0x31, Buffer.concat(parts)),
  /** Positive; its first bit is kept clear with a zero byte where it must be. */
  integer: (bytes: Buffer): Buffer =>
    wrap(0x02, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes),
  boolean: (value: boolean): Buffer => wrap(0x01, Buffer.of(value ? 0xff : 0)),
  octets: (bytes: Buffer): Buffer => wrap(0x04, bytes),
  /** A whole number of bytes. */
  bits: (bytes: Buffer): Buffer => wrap(0x03, Buffer.concat([Buffer.of(0), bytes])),
  utf8: (text: string): Buffer => wrap(0x0c, Buffer.from(text, 'utf8')),
  null: (): Buffer => Buffer.of(0x05, 0),
  /** RFC 5280 §4.1.2.5: two digits of the year until 2049, four from then on. */
  time: (moment: Date): Buffer => {
    const text = moment.toISOString().replaceAll(/[-:T]|\.\d+/g, '');
    return moment.getUTCFullYear() < 2050
      ? wrap(0x17, Buffer.from(text.slice(2)))
      : wrap(0x18, Buffer.from(text));
  },
  /** `2.5.4.3`. */
  object: (dotted: string): Buffer => {
    const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
    return wrap(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
  },
  /** `[n]`, with the value inside it whole, or its bytes in place of its own tag. */
  explicit: (n: number, inner: Buffer): Buffer => wrap(0xa0 + n, inner),
  implicit: (n: number, bytes: Buffer): Buffer => wrap(0x80 + n, bytes),
};

function wrap(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.of(tag), lengthOf(content.length), content]);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.from([0x80 + bytes.length, ...bytes]);
}

function base128(value: number): readonly number[] {
  const bytes = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.unshift((rest % 128) + 128);
  }
  return bytes;
}
