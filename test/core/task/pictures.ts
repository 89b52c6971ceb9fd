import { crc32, deflateSync } from 'node:zlib';

const chunk = (type: string, data: Uint8Array): Buffer => {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, checksum]);
};

interface Png {
  readonly width: number;
  readonly height: number;
  /** 0 grey, 2 RGB, 4 grey and alpha, 6 RGBA. */
  readonly colorType: 0 | 2 | 4 | 6;
  readonly bitDepth?: 8 | 16;
  /** All samples of a pixel, in 0..2^bitDepth-1. */
  readonly pixel: (x: number, y: number) => readonly number[];
  /** Put before the image data. */
  readonly chunks?: readonly Buffer[];
}

/** A PNG written by hand, so that what the decoder must give is known. */
export function png({ width, height, colorType, bitDepth = 8, pixel, chunks = [] }: Png): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header[8] = bitDepth;
  header[9] = colorType;
  const rows: number[] = [];
  for (let y = 0; y < height; y++) {
    rows.push(0);
    for (let x = 0; x < width; x++) {
      for (const value of pixel(x, y)) rows.push(...(bitDepth === 16 ? [value >> 8, value & 255] : [value]));
    }
  }
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    ...chunks,
    chunk('IDAT', deflateSync(Uint8Array.from(rows))),
    chunk('IEND', new Uint8Array()),
  ]);
}

/** The chunk by which a PNG is animated. */
export const animationChunk = (): Buffer => chunk('acTL', Buffer.from('0000000200000000', 'hex'));

/** A PNG whose header claims more than it has. */
export const claimingPng = (width: number, height: number): Buffer => {
  const small = png({ width: 1, height: 1, colorType: 0, pixel: () => [0] });
  const header = Buffer.from(small.subarray(16, 29));
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  return Buffer.concat([small.subarray(0, 8), chunk('IHDR', header), small.subarray(33)]);
};
