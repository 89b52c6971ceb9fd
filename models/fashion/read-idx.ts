import { gunzipSync } from 'node:zlib';

/** Unsigned bytes in their shape. */
export interface IdxFile {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/**
 * Reads a gzipped IDX file of unsigned bytes: two zero bytes, 8 for the element type, the rank, big-endian sizes, the elements.
 *
 * @throws Error when the content is something else or ends early
 */
export function readIdx(gzipped: Uint8Array): IdxFile {
  const content = gunzipSync(gzipped);
  if (content.length < 4 || content.readUIntBE(0, 3) !== 8) throw new Error('not an IDX file of unsigned bytes');
  const rank = content.readUInt8(3);
  const shape = Array.from({ length: rank }, (_, axis) => content.readUInt32BE(4 + 4 * axis));
  const data = content.subarray(4 + 4 * rank);
  const expected = shape.reduce((product, size) => product * size, 1);
  if (data.length !== expected) throw new Error(`IDX file holds ${data.length} bytes, its shape says ${expected}`);
  return { shape, data };
}
