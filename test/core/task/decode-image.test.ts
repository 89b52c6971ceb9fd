import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { MaasError } from '../../../core/api/maas-error.ts';
import { decodeImage } from '../../../core/task/image-classification/decode-image.ts';
import { animationChunk, claimingPng, png } from './pictures.ts';

const size = { width: 4, height: 4, fit: 'fill' } as const;
const grey = { ...size, channels: 1 } as const;
const rgb = { ...size, channels: 3 } as const;

const photo = (): Sharp =>
  sharp(Buffer.from(Array.from({ length: 40 * 30 * 3 }, (_, index) => (index * 37) % 256)), {
    raw: { width: 40, height: 30, channels: 3 },
  });

describe('pixels come as the model wants them', () => {
  test('grey and RGB, unchanged when nothing is to be changed', async () => {
    const value = (x: number, y: number): number => x * 16 + y * 60;
    const picture = png({ width: 4, height: 4, colorType: 0, pixel: (x, y) => [value(x, y)] });
    const expected = Array.from({ length: 16 }, (_, at) => value(at % 4, Math.floor(at / 4)));
    expect([...(await decodeImage(picture, grey))]).toEqual(expected);
    expect([...(await decodeImage(picture, rgb))]).toEqual(expected.flatMap((each) => [each, each, each]));
    const colours = png({ width: 4, height: 4, colorType: 2, pixel: (x, y) => [value(x, y), 255 - value(x, y), 7] });
    expect([...(await decodeImage(colours, rgb))]).toEqual(expected.flatMap((each) => [each, 255 - each, 7]));
  });

  test('16-bit samples keep their upper half', async () => {
    const deep = png({ width: 4, height: 4, colorType: 2, bitDepth: 16, pixel: () => [65535, 0x8080, 0] });
    expect([...(await decodeImage(deep, rgb))].slice(0, 3)).toEqual([255, 128, 0]);
  });

  test('transparency lies on black', async () => {
    const clear = png({ width: 4, height: 4, colorType: 6, pixel: (x) => [255, 255, 255, x < 2 ? 255 : 0] });
    expect([...(await decodeImage(clear, grey))].slice(0, 4)).toEqual([255, 255, 0, 0]);
  });

  test('CMYK becomes RGB', async () => {
    const cmyk = await photo().toColourspace('cmyk').jpeg().toBuffer();
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk');
    expect(await decodeImage(cmyk, rgb)).toHaveLength(48);
  });

  test('a picture that EXIF says is on its side is turned upright', async () => {
    const top = (_x: number, y: number) => [y < 2 ? 255 : 0];
    const upright = png({ width: 4, height: 4, colorType: 0, pixel: top });
    const turned = await sharp(upright).withMetadata({ orientation: 6 }).png().toBuffer();
    const pixels = [...(await decodeImage(turned, grey))];
    // Orientation 6 is shown turned clockwise: what was on top is on the right.
    expect(pixels.slice(0, 4)).toEqual([0, 0, 255, 255]);
  });

  test.each([
    ['fill', [200, 200, 200, 200]],
    ['cover', [200, 200, 200, 200]],
    ['contain', [0, 0, 0, 0]],
  ] as const)('%s fits a wide picture', async (fit, firstRow) => {
    const wide = png({ width: 8, height: 4, colorType: 0, pixel: () => [200] });
    expect([...(await decodeImage(wide, { ...grey, fit }))].slice(0, 4)).toEqual(firstRow);
  });

  test.each(['png', 'jpeg', 'webp'] as const)('%s is read', async (kind) => {
    expect(await decodeImage(await photo()[kind]().toBuffer(), rgb)).toHaveLength(48);
  });
});

describe('what is not a whole single picture is refused', () => {
  const refusal = async (bytes: Uint8Array): Promise<[number, string]> => {
    try {
      await decodeImage(bytes, rgb);
    } catch (error) {
      if (error instanceof MaasError) return [error.status, error.message];
      throw error;
    }
    throw new Error('was decoded');
  };

  test.each([
    ['nothing', ''],
    ['text', 'hello, I am a PNG'],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['GIF', 'GIF89a\x01\x00\x01\x00\x00\x00\x00;'],
    ['TIFF', 'II*\x00\x08\x00\x00\x00'],
    ['PDF', '%PDF-1.7'],
    ['AVIF', '\x00\x00\x00\x1cftypavif'],
    ['a RIFF that is no WebP', 'RIFF\x00\x00\x00\x00WAVEfmt '],
  ])('%s by what it is', async (_, text) => {
    expect(await refusal(Buffer.from(text, 'latin1'))).toEqual([415, expect.stringContaining('PNG, JPEG or WebP')]);
  });

  test.each(['png', 'jpeg', 'webp'] as const)('a %s cut anywhere', async (kind) => {
    const whole = await photo()[kind]().toBuffer();
    for (let length = 12; length < whole.length; length += Math.ceil(whole.length / 40)) {
      expect((await refusal(whole.subarray(0, length)))[0]).toBe(400);
    }
    expect((await refusal(whole.subarray(0, -1)))[0]).toBe(400);
  });

  test('a hundred megapixels, by the header alone', async () => {
    expect(await refusal(claimingPng(10_000, 10_000))).toEqual([413, expect.stringContaining('100000000 pixels')]);
    expect((await refusal(claimingPng(0x7fffffff, 0x7fffffff)))[0]).toBeGreaterThanOrEqual(400);
    const flat = await sharp({ create: { width: 6000, height: 5000, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    expect((await refusal(flat))[0]).toBe(413);
  });

  test('an animation', async () => {
    const frames = await Promise.all(
      ['red', 'blue'].map((background) =>
        sharp({ create: { width: 8, height: 8, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    );
    const webp = await sharp(frames, { join: { animated: true } })
      .webp()
      .toBuffer();
    expect(await refusal(webp)).toEqual([400, expect.stringContaining('animated')]);
    const apng = png({ width: 4, height: 4, colorType: 0, pixel: () => [1], chunks: [animationChunk()] });
    expect(await refusal(apng)).toEqual([400, expect.stringContaining('animated')]);
  });

  test('and whatever is made of a picture by changing bytes is decoded or refused, never a fault', async () => {
    const wholes = await Promise.all([
      photo().png().toBuffer(),
      photo().jpeg().toBuffer(),
      photo().webp().toBuffer(),
      photo().jpeg({ progressive: true }).toBuffer(),
    ]);
    const change = fc.record({ at: fc.nat({ max: 10_000 }), byte: fc.nat({ max: 255 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...wholes),
        fc.array(change, { minLength: 1, maxLength: 8 }),
        async (whole, changes) => {
          const bytes = Buffer.from(whole);
          for (const { at, byte } of changes) bytes[at % bytes.length] = byte;
          const outcome = await decodeImage(bytes, rgb).catch((error: unknown) => error);
          if (outcome instanceof Uint8Array) expect(outcome).toHaveLength(48);
          else expect([400, 413, 415]).toContain((outcome as MaasError).status);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('and random bytes behind a magic number', async () => {
    const magics = ['\x89PNG\r\n\x1a\n', '\xff\xd8\xff', 'RIFF\x10\x00\x00\x00WEBPVP8 '].map((text) =>
      Buffer.from(text, 'latin1'),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...magics), fc.uint8Array({ maxLength: 200 }), async (magic, rest) => {
        expect([400, 413]).toContain((await refusal(Buffer.concat([magic, rest])))[0]);
      }),
      { numRuns: 200 },
    );
  });
});
