import { gunzipSync, inflateSync } from 'node:zlib';
import { InvalidInputError, TooLargeError, UnsupportedMediaError } from '../api/maas-error.ts';
import { quoted } from '../tensor/quoted.ts';

/** What a compressed body may grow to: API Gateway's own limit for a body, so that compression is no way around it. */
export const decompressedBytesMax = 10 * 1024 * 1024;

/**
 * Undoes the request's `Content-Encoding`: gzip, deflate (which HTTP defines as zlib's format, RFC 9110 section 8.4.1.2) or identity.
 * Stops as soon as the limit is passed, so a small body cannot ask for much memory.
 *
 * @throws {UnsupportedMediaError} another coding, or several
 * @throws {TooLargeError}
 * @throws {InvalidInputError} the bytes are not what the header says
 */
export function decompress(body: Uint8Array, contentEncoding: string | undefined): Uint8Array {
  const coding = contentEncoding?.trim().toLowerCase() ?? '';
  if (coding === '' || coding === 'identity') return body;
  if (coding !== 'gzip' && coding !== 'deflate') {
    throw new UnsupportedMediaError(`content-encoding ${quoted(coding)} is not served; use gzip, deflate or identity`);
  }
  try {
    const options = { maxOutputLength: decompressedBytesMax };
    return coding === 'gzip' ? gunzipSync(body, options) : inflateSync(body, options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new TooLargeError(`the body decompresses to more than ${decompressedBytesMax} bytes; send it in parts`);
    }
    throw new InvalidInputError(`the body is not valid ${coding} data, as its content-encoding says`, { cause: error });
  }
}
