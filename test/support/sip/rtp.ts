/** One RTP packet, RFC 3550 §5.1, without contributing sources. */
export interface RtpPacket {
  readonly payloadType: number;
  readonly marker: boolean;
  readonly sequence: number;
  /** In samples of 1/8000 s. */
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payload: Buffer;
}

export function rtpBytes(packet: RtpPacket): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt8(0x80, 0);
  head.writeUInt8((packet.marker ? 0x80 : 0) | packet.payloadType, 1);
  head.writeUInt16BE(packet.sequence & 0xffff, 2);
  head.writeUInt32BE(packet.timestamp >>> 0, 4);
  head.writeUInt32BE(packet.ssrc >>> 0, 8);
  return Buffer.concat([head, packet.payload]);
}

/** `undefined` for what is not RTP version 2. */
export function readRtp(datagram: Buffer): RtpPacket | undefined {
  if (datagram.length < 12) return undefined;
  const flags = datagram.readUInt8(0);
  if (flags >> 6 !== 2) return undefined;
  const second = datagram.readUInt8(1);
  const extended = (flags & 0x10) !== 0;
  const fixed = 12 + (flags & 0x0f) * 4;
  const start =
    extended && datagram.length >= fixed + 4
      ? fixed + 4 + datagram.readUInt16BE(fixed + 2) * 4
      : fixed;
  const padding = (flags & 0x20) === 0 ? 0 : (datagram.at(-1) ?? 0);
  return {
    payloadType: second & 0x7f,
    marker: (second & 0x80) !== 0,
    sequence: datagram.readUInt16BE(2),
    timestamp: datagram.readUInt32BE(4),
    ssrc: datagram.readUInt32BE(8),
    payload: datagram.subarray(start, datagram.length - padding),
  };
}
