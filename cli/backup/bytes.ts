/** Bytes out of a stream, by count; never more in memory than one piece and what is asked for at once. */
export interface Bytes {
  /** As many as there are, at most `count`: fewer only at the end. */
  upTo(count: number): Promise<Buffer>;
  /** The next `count` in pieces; fewer where the stream ends before. */
  pieces(count: number): AsyncGenerator<Buffer>;
  /** What is left. */
  rest(): AsyncGenerator<Buffer>;
}

export function bytesOf(source: AsyncIterable<Uint8Array>): Bytes {
  const stream = source[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);

  /** @returns false at the end. */
  async function more(): Promise<boolean> {
    while (held.length === 0) {
      const next = await stream.next();
      if (next.done === true) return false;
      held = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    }
    return true;
  }

  function take(count: number): Buffer {
    const piece = held.subarray(0, count);
    held = held.subarray(count);
    return piece;
  }

  async function* pieces(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0 && (await more());) {
      const piece = take(left);
      left -= piece.length;
      yield piece;
    }
  }

  return {
    pieces,
    rest: () => pieces(Infinity),
    async upTo(count) {
      const parts: Buffer[] = [];
      for await (const piece of pieces(count)) parts.push(piece);
      return Buffer.concat(parts);
    },
  };
}
