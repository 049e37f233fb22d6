import fc from 'fast-check';
import t from 'tap';
import { encodeALaw } from '../../support/sip/a-law.ts';
import { fromALaw, fromMuLaw } from '../../../daemon/voice/g711.ts';
import { greetingSound } from '../../../daemon/voice/greeting-sound.ts';
import { resample } from '../../../daemon/voice/resample.ts';
import { encodeWav } from '../../../daemon/voice/wav.ts';

interface Form {
  readonly rate: number;
  readonly channels: number;
  readonly bits: number;
  readonly tag?: number;
}

/** A tone of 440 Hz at half of full scale, in any form a WAV can have. */
function tone({ rate, channels, bits, tag = 1 }: Form, seconds = 0.5, hertz = 440): Buffer {
  const frames = Math.floor(rate * seconds);
  const bytes = bits / 8;
  const data = Buffer.alloc(frames * channels * bytes);
  for (let at = 0; at < frames; at += 1) {
    const level = 0.5 * Math.sin((2 * Math.PI * hertz * at) / rate);
    for (let channel = 0; channel < channels; channel += 1) {
      const place = (at * channels + channel) * bytes;
      const full = 2 ** (bits - 1) - 1;
      if (bits === 8) data.writeUInt8(Math.round(128 + level * 127), place);
      else data.writeIntLE(Math.round(level * full), place, bytes);
    }
  }
  return wav({ rate, channels, bits, tag }, data);
}

function wav({ rate, channels, bits, tag = 1 }: Form, data: Buffer): Buffer {
  const bytes = bits / 8;
  const format = Buffer.alloc(tag === 0xfffe ? 40 : 16);
  format.writeUInt16LE(tag, 0);
  format.writeUInt16LE(channels, 2);
  format.writeUInt32LE(rate, 4);
  format.writeUInt32LE(rate * channels * bytes, 8);
  format.writeUInt16LE(channels * bytes, 12);
  format.writeUInt16LE(bits, 14);
  if (tag === 0xfffe) format.writeUInt16LE(1, 24);
  const chunks = [chunk('LIST', Buffer.from('INFOx')), chunk('fmt ', format), chunk('data', data)];
  const body = Buffer.concat([Buffer.from('WAVE'), ...chunks]);
  return chunk('RIFF', body);
}

function chunk(name: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, 0, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}

/** Strength of one pitch in a sound, of full scale (Goertzel). */
function strength(samples: Int16Array, rate: number, hertz: number): number {
  let [real, imaginary] = [0, 0];
  for (const [at, sample] of samples.entries()) {
    real += sample * Math.cos((2 * Math.PI * hertz * at) / rate);
    imaginary += sample * Math.sin((2 * Math.PI * hertz * at) / rate);
  }
  return (2 * Math.hypot(real, imaginary)) / samples.length / 32_767;
}

t.test('a recording in any usual form becomes one channel of 8 or 16 kHz', async (t) => {
  for (const [rate, kept] of [
    [8_000, 8_000],
    [11_025, 8_000],
    [16_000, 16_000],
    [22_050, 16_000],
    [44_100, 16_000],
    [48_000, 16_000],
  ] as const) {
    for (const [channels, bits, tag] of [
      [1, 16, 1],
      [2, 16, 1],
      [1, 8, 1],
      [2, 24, 0xfffe],
      [1, 32, 1],
    ] as const) {
      const name = `${rate} Hz, ${channels} × ${bits} bits`;
      const sound = greetingSound(tone({ rate, channels, bits, tag }));
      if (typeof sound === 'string') throw new Error(`${name}: ${sound}`);
      t.equal(sound.rate, kept, name);
      t.ok(Math.abs(sound.samples.length / kept - 0.5) < 0.001, `${name}: as long as it was`);
      t.ok(Math.abs(strength(sound.samples, kept, 440) - 0.5) < 0.02, `${name}: as loud as it was`);
    }
  }
});

t.test('A-law, µ-law and floating point are sound too', async (t) => {
  const frames = 8_000;
  const level = (at: number) => 0.5 * Math.sin((2 * Math.PI * 440 * at) / 8_000);
  const coded = Buffer.alloc(frames);
  const float = Buffer.alloc(frames * 4);
  for (let at = 0; at < frames; at += 1) {
    float.writeFloatLE(level(at), at * 4);
    coded[at] = encodeALaw(Math.round(level(at) * 32_767));
  }
  float.writeFloatLE(Number.NaN, 0);
  const muLaw = coded.map((byte) => muLawOf(fromALaw(byte)));
  for (const [name, tag, bits, data] of [
    ['A-law', 6, 8, coded],
    ['µ-law', 7, 8, Buffer.from(muLaw)],
    ['float', 3, 32, float],
  ] as const) {
    const sound = greetingSound(wav({ rate: 8_000, channels: 1, bits, tag }, data));
    if (typeof sound === 'string') throw new Error(`${name}: ${sound}`);
    t.equal(sound.samples.length, frames, name);
    t.ok(Math.abs(strength(sound.samples, 8_000, 440) - 0.5) < 0.02, `${name}: as loud as it was`);
  }
});

/** The byte of µ-law that is nearest. */
const muLawOf = (sample: number): number =>
  Array.from({ length: 256 }, (_, byte) => byte).reduce((best, byte) =>
    Math.abs(fromMuLaw(byte) - sample) < Math.abs(fromMuLaw(best) - sample) ? byte : best,
  );

t.test('what the lower rate cannot hold does not come back as a whistle', async (t) => {
  const high = greetingSound(tone({ rate: 48_000, channels: 1, bits: 16 }, 0.5, 10_000));
  if (typeof high === 'string') throw new Error(high);
  t.ok(strength(high.samples, 16_000, 6_000) < 0.005, 'where 10 kHz would fold to');
  const loud = resample({ rate: 48_000, samples: new Int16Array(4_800).fill(32_767) }, 16_000);
  t.ok(
    loud.samples.every((sample) => sample >= 0),
    'full scale does not wrap around',
  );
});

t.test('what is no greeting is refused by its fault', async (t) => {
  const good = tone({ rate: 8_000, channels: 1, bits: 16 });
  for (const [fault, bytes] of [
    ['not-a-wav', Buffer.from('ID3 a song')],
    ['not-a-wav', Buffer.alloc(0)],
    ['not-a-wav', good.subarray(0, 30)],
    ['not-a-wav', tone({ rate: 8_000, channels: 1, bits: 16, tag: 7 })],
    ['not-a-wav', tone({ rate: 8_000, channels: 1, bits: 16, tag: 85 })],
    ['not-a-wav', tone({ rate: 8_000, channels: 6, bits: 16 })],
    ['not-a-wav', tone({ rate: 4_000, channels: 1, bits: 16 })],
    ['not-a-wav', tone({ rate: 96_000, channels: 1, bits: 16 })],
    ['too-short', tone({ rate: 8_000, channels: 1, bits: 16 }, 0.1)],
    ['too-long', encodeWav({ rate: 8_000, samples: new Int16Array(960_001) })],
  ] as const) {
    t.equal(greetingSound(bytes), fault);
  }
  t.type(greetingSound(encodeWav({ rate: 8_000, samples: new Int16Array(960_000) })), 'object');
});

t.test('no bytes are too odd', async () => {
  const head = [...tone({ rate: 8_000, channels: 1, bits: 16 }).subarray(0, 80)];
  const broken = fc.array(fc.tuple(fc.nat(79), fc.nat(255)), { maxLength: 6 });
  fc.assert(
    fc.property(broken, (changes) => {
      const bytes = Buffer.from(head);
      for (const [at, value] of changes) bytes[at] = value;
      greetingSound(bytes);
    }),
  );
});
