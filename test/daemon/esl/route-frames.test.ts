import fc from 'fast-check';
import t from 'tap';
import { createRouteFrameReader, type RouteFrame } from '../../../daemon/esl/route-frames.ts';

const connected =
  'Content-Type: command/reply\nReply-Text: +OK\nUnique-ID: 7c0e1d52\nCaller-Caller-ID-Name: %C5sa\n\n';
const answered = 'Content-Type: api/response\nContent-Length: 16\n\n+OK Deleted: 1\n\n';
const stream = Buffer.from(connected + answered + connected, 'latin1');

function readAll(pieces: readonly Buffer[]): readonly RouteFrame[] {
  const read = createRouteFrameReader();
  return pieces.flatMap((piece) => read(piece) ?? []);
}

t.test('three frames are three frames', async (t) => {
  const frames = readAll([stream]);
  t.equal(frames.length, 3);
  t.equal(frames[0]?.headers.get('Unique-ID'), '7c0e1d52');
  t.equal(frames[1]?.body?.toString(), '+OK Deleted: 1\n\n');
});

t.test('however TCP cuts the bytes, the same frames come', async (t) => {
  const whole = readAll([stream]);
  t.strictSame(readAll([...stream].map((byte) => Buffer.from([byte]))), whole, 'a byte at a time');
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (sizes) => {
      const pieces: Buffer[] = [];
      for (let at = 0, i = 0; at < stream.length; i += 1) {
        const size = sizes[i % sizes.length] ?? 1;
        pieces.push(stream.subarray(at, at + size));
        at += size;
      }
      t.strictSame(readAll(pieces), whole);
    }),
  );
});

t.test('any bytes at all are survived, within bounded memory', async () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4_000 }), (bytes) => {
      createRouteFrameReader()(Buffer.from(bytes));
    }),
  );
});

for (const length of ['-1', '1e9', '99999999', '0x10', ' 5']) {
  t.test(`a Content-Length of ${length} ends the stream`, async (t) => {
    const read = createRouteFrameReader();
    t.equal(read(Buffer.from(`Content-Length: ${length}\n\n`)), undefined);
    t.equal(read(Buffer.from(answered)), undefined, 'and nothing is read after it');
  });
}

t.test('headers without an end are given up, not kept for ever', async (t) => {
  const read = createRouteFrameReader();
  const piece = Buffer.alloc(65_536, 0x61);
  t.same(read(piece), []);
  for (let i = 0; i < 4; i += 1) read(piece);
  t.equal(read(piece), undefined);
});
