import type { ApiResponse } from '../core/api/api-response.ts';

/** @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html (invocation payload, synchronous) */
const resultBytesMax = 6_291_456;
/** For the headers and the object around the body. */
const envelopeBytes = 16_384;

/** Whether Lambda can return this answer as a proxy result: bytes grow by a third as base64, text by what JSON escapes. */
export function fitsResult({ body }: ApiResponse): boolean {
  const left = resultBytesMax - envelopeBytes;
  if (typeof body !== 'string') return Math.ceil(body.length / 3) * 4 <= left;
  // A character takes six bytes at most (an escaped control character); most answers are far below, and need no second look.
  return body.length * 6 <= left || Buffer.byteLength(JSON.stringify(body)) <= left;
}
