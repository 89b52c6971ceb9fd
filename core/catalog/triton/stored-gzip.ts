import { crc32 } from 'node:zlib';

/** What the length of a stored block can say. */
const blockBytesMax = 0xffff;
const blockHeaderBytes = 5;

// No time; 255: written by no system in particular.
const start = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);
const trailerBytes = 8;

/** Size of what `storedGzip` makes of so many bytes. */
export const storedGzipBytes = (bytes: number): number =>
  start.length + bytes + blockHeaderBytes * (Math.ceil(bytes / blockBytesMax) + 1) + trailerBytes;

/**
 * Wraps bytes in the gzip format without compressing them. Weights hardly compress: 102 MB of normally distributed FP32 take 4.9 s at zlib's
 * fastest level and become 7.5 % smaller; this takes 0.2 s. And the result depends on nothing but the bytes, where a compressed one depends
 * on the build of zlib as well: an archive that is made on another machine must not look like another model.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc1952
 * @see https://datatracker.ietf.org/doc/html/rfc1951#section-3.2.4
 */
export async function* storedGzip(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  yield start;
  let sum = 0;
  let count = 0;
  for await (const block of blocks(bytes)) {
    yield blockHeader(block.length, false);
    yield block;
    sum = crc32(block, sum);
    count += block.length;
  }
  // Which block is the last one was not known when it was written.
  yield blockHeader(0, true);
  const trailer = Buffer.alloc(trailerBytes);
  trailer.writeUInt32LE(sum, 0);
  trailer.writeUInt32LE(count % 2 ** 32, 4);
  yield trailer;
}

function blockHeader(length: number, last: boolean): Uint8Array {
  const header = Buffer.alloc(blockHeaderBytes);
  header.writeUInt8(last ? 1 : 0, 0);
  header.writeUInt16LE(length, 1);
  header.writeUInt16LE(length ^ 0xffff, 3);
  return header;
}

/** The bytes in blocks of the full length, whatever chunks they come in; the last one may be shorter. */
async function* blocks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + blockBytesMax - waitingBytes);
      at += part.length;
      waiting.push(part);
      waitingBytes += part.length;
      if (waitingBytes < blockBytesMax) continue;
      yield Buffer.concat(waiting);
      waiting = [];
      waitingBytes = 0;
    }
  }
  if (waitingBytes > 0) yield Buffer.concat(waiting);
}
