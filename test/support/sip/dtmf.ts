/** One packet's worth of a pressed key, RFC 4733 §2.3. */
export interface KeyPacket {
  /** 0–9, then `*` 10, `#` 11, A–D 12–15 (RFC 4733 §3.2). */
  readonly event: number;
  readonly end: boolean;
  /** Since the key went down, in samples. */
  readonly duration: number;
}

/** What goes out for one key: a packet each 20 ms, and the last three times, since one may be lost (RFC 4733 §2.5.1.4). */
export function keyPackets(key: string, pressMs: number): readonly KeyPacket[] {
  const event = KEYS.indexOf(key.toUpperCase());
  if (event < 0 || key.length !== 1) throw new Error(`${key} is not a key of a telephone`);
  const count = Math.max(1, Math.round(pressMs / 20));
  const pressed = Array.from({ length: count }, (_, index) => ({
    event,
    end: false,
    duration: (index + 1) * 160,
  }));
  const end = { event, end: true, duration: (count + 1) * 160 };
  return [...pressed, end, end, end];
}

export function keyPayload({ event, end, duration }: KeyPacket): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt8(event, 0);
  payload.writeUInt8((end ? 0x80 : 0) | 10, 1);
  payload.writeUInt16BE(duration, 2);
  return payload;
}

/** The key of a telephone-event payload, or `undefined` for an event that is no key. */
export function readKey(payload: Buffer): string | undefined {
  return KEYS[payload.at(0) ?? KEYS.length];
}

const KEYS = '0123456789*#ABCD';
