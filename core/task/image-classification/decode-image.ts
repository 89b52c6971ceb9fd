import { createRequire } from 'node:module';
import { join } from 'node:path';
import { InvalidInputError, TooLargeError, UnsupportedMediaError } from '../../api/maas-error.ts';
import type { ImagePreprocessing } from '../../catalog/manifest.ts';
import { checkPngChunks } from './check-png-chunks.ts';
import { imageKind } from './image-kind.ts';

/**
 * Most pixels that are decoded. A flat PNG of 600 kB can hold 200 million, which would take 700 MB of memory; phones make pictures
 * of 12 million, which their resize brings down anyway.
 */
export const pixelsMax = 25_000_000;

/** A picture's pixels, row by row, one byte for each channel. */
export type Pixels = Uint8Array;

/**
 * Decodes a PNG, JPEG or WebP to the size and channels that a model takes: turned upright by its EXIF orientation, transparency laid on
 * black, 16-bit and CMYK brought to 8-bit sRGB or grey.
 *
 * @throws {UnsupportedMediaError} another encoding
 * @throws {TooLargeError} more than `pixelsMax`, found in the header before anything is decoded
 * @throws {InvalidInputError} animated, truncated or damaged
 */
export async function decodeImage(
  bytes: Uint8Array,
  { width, height, channels, fit }: Pick<ImagePreprocessing, 'width' | 'height' | 'channels' | 'fit'>,
): Promise<Pixels> {
  const kind = imageKind(bytes);
  if (kind === undefined) {
    throw new UnsupportedMediaError('the body is no PNG, JPEG or WebP picture; other encodings are not served');
  }
  if (kind === 'png') checkPngChunks(bytes);
  const sharp = loadSharp();
  const header = await readable(sharp(bytes, { limitInputPixels: false }).metadata());
  const pixels = header.width * header.height;
  if (pixels > pixelsMax) {
    throw new TooLargeError(`the picture has ${pixels} pixels; at most ${pixelsMax} are decoded, so send it smaller`);
  }
  if ((header.pages ?? 1) > 1) throw new InvalidInputError('the picture is animated; send a single frame');
  const decoded = sharp(bytes, { failOn: 'error', limitInputPixels: pixelsMax })
    .autoOrient()
    .flatten({ background: '#000' })
    .resize(width, height, { fit, background: '#000' })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' });
  const { data, info } = await readable(decoded.toBuffer({ resolveWithObject: true }));
  if (info.channels !== channels) throw new Error(`decoded ${info.channels} channels instead of ${channels}`);
  return data;
}

/**
 * sharp takes tens of milliseconds to load, and only pictures need it. By `require`, since in Lambda it lies in a layer, which is on
 * NODE_PATH, and `import()` does not look there.
 */
function loadSharp(): typeof import('sharp')['default'] {
  const sharp = createRequire(join(process.cwd(), 'function.js'))('sharp') as typeof import('sharp')['default'];
  // Nothing is ever decoded twice, and a function has a core at most.
  sharp.cache(false);
  sharp.concurrency(1);
  return sharp;
}

/** The decoder's own messages name library functions; a sender needs to know no more than that the picture is damaged. */
async function readable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new InvalidInputError('the picture is truncated or damaged and cannot be decoded', { cause: error });
  }
}
