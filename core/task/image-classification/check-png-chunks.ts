import { InvalidInputError } from '../../api/maas-error.ts';

/**
 * Walks a PNG's chunks for what the decoder passes over: animation (it would show the first frame without a word) and a missing end (it
 * is content with whatever pixels came).
 *
 * @see https://www.w3.org/TR/png-3/#5DataRep
 * @throws {InvalidInputError}
 */
export function checkPngChunks(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // After the signature, each chunk is its data's length, four letters, the data and a checksum.
  let at = 8;
  while (at + 12 <= bytes.length) {
    const type = view.getUint32(at + 4);
    if (type === 0x6163544c) throw new InvalidInputError('the picture is animated (acTL chunk); send a single frame');
    if (type === 0x49454e44) return;
    at += 12 + view.getUint32(at);
  }
  throw new InvalidInputError('the picture is truncated: the PNG has no IEND chunk');
}
