/**
 * The part of modesl 1.2.1 we use: its parser, and of that only the framing.
 *
 * modesl carries no types of its own. The members that begin with an
 * underscore are the two we replace on the instance (`frames.ts` says why).
 */
declare module 'modesl' {
  /** What the parser listens to; a socket is one, and so is our stand-in. */
  interface ByteSource {
    on(name: 'data', listener: (chunk: Buffer) => void): unknown;
    on(name: 'end', listener: () => void): unknown;
  }

  interface ParsedHeaders {
    readonly [name: string]: string | number | undefined;
    readonly 'Content-Length'?: number;
  }

  interface Parser {
    /** Bytes that are not yet a whole message. */
    readonly buffer: Buffer;
    /** How long the body under way is; 0 between messages and inside headers. */
    readonly bodyLen: number;
    /** How header text and bodies become strings. */
    encoding: BufferEncoding;
    _parseHeaderText: (text: string) => ParsedHeaders;
    _parseEvent: (headers: ParsedHeaders, body?: string) => void;
  }

  const modesl: { readonly Parser: new (source: ByteSource) => Parser };
  export default modesl;
}
