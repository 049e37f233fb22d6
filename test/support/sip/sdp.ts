import type { Endpoint } from './address.ts';

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** What this agent needs from a session description (RFC 4566): one PCMA stream with telephone-events. */
export interface Sdp {
  readonly audio: Endpoint;
  readonly direction: Direction;
  /** Whether A-law is among the formats. */
  readonly pcma: boolean;
  /** The payload type of `telephone-event/8000` (RFC 4733 §2.4.1), where there is one. */
  readonly telephoneEvent: number | undefined;
}

export function readSdp(body: Buffer): Sdp | undefined {
  const text = body.toString('utf8');
  const media = /^m=audio (\d+) \S+ ([\d ]+)/m.exec(text);
  // The address of the stream stands after that of the session, and wins.
  const host = [...text.matchAll(/^c=IN IP4 (\S+?)\s*$/gm)].at(-1)?.[1];
  if (media === null || host === undefined) return undefined;
  const [, port, formats = ''] = media;
  const event = /^a=rtpmap:(\d+) telephone-event\/8000/im.exec(text)?.[1];
  return {
    audio: { host, port: Number(port) },
    direction: readDirection(/^a=(sendrecv|sendonly|recvonly|inactive)\s*$/m.exec(text)?.[1]),
    pcma: formats.trim().split(/ +/).includes('8'),
    telephoneEvent: event === undefined ? undefined : Number(event),
  };
}

/** An offer, or the answer to one where `telephoneEvent` is the offered type. */
export function writeSdp(
  audio: Endpoint,
  direction: Direction,
  version: number,
  telephoneEvent = 101,
): Buffer {
  const lines = [
    'v=0',
    `o=- ${audio.port} ${version} IN IP4 ${audio.host}`,
    's=-',
    `c=IN IP4 ${audio.host}`,
    't=0 0',
    `m=audio ${audio.port} RTP/AVP 8 ${telephoneEvent}`,
    'a=rtpmap:8 PCMA/8000',
    `a=rtpmap:${telephoneEvent} telephone-event/8000`,
    `a=fmtp:${telephoneEvent} 0-15`,
    'a=ptime:20',
    `a=${direction}`,
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n`);
}

/** The direction that fits the other end's: who only sends must be listened to (RFC 3264 §6.1). */
export function answerTo(direction: Direction): Direction {
  switch (direction) {
    case 'sendrecv':
      return 'sendrecv';
    case 'sendonly':
      return 'recvonly';
    case 'recvonly':
      return 'sendonly';
    case 'inactive':
      return 'inactive';
  }
}

const readDirection = (text: string | undefined): Direction =>
  text === 'sendonly' || text === 'recvonly' || text === 'inactive' ? text : 'sendrecv';
