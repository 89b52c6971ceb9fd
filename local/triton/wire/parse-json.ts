import { isUtf8 } from 'node:buffer';
import { TritonError } from '../triton-error.ts';

/** Triton's limit. */
const depthMax = 100;

/**
 * Parses JSON text, having seen that it nests no deeper than Triton reads.
 *
 * @param exactIntegers keeps integers beyond 2^53 as bigint instead of rounding them, which takes about ten times as long
 * @throws {TritonError}
 */
export function parseJson(bytes: Buffer, exactIntegers: boolean): unknown {
  if (!isUtf8(bytes)) throw failed('Invalid encoding in string.');
  checkDepth(bytes);
  const text = bytes.toString('utf8');
  try {
    return exactIntegers ? JSON.parse(text, keepIntegers) : JSON.parse(text);
  } catch (error) {
    throw failed((error as Error).message);
  }
}

const failed = (problem: string): TritonError =>
  new TritonError('INTERNAL', `failed to parse the request JSON buffer: ${problem.slice(0, 200)}`);

// The longest 64-bit integers have 20 characters; BigInt's time grows with the square of the length.
const integer = /^-?\d{1,20}$/;

/** Node hands the reviver each number's own text; the standard library's types do not know of it yet. */
function keepIntegers(this: unknown, _key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source;
  if (typeof value !== 'number' || Number.isSafeInteger(value) || source === undefined) return value;
  return integer.test(source) ? BigInt(source) : value;
}

const quote = 0x22;
const backslash = 0x5c;

/** V8 takes over a second for megabytes of opening brackets, so the depth is known before it starts. */
function checkDepth(bytes: Buffer): void {
  let depth = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) {
      for (at++; at < bytes.length && bytes[at] !== quote; at++) if (bytes[at] === backslash) at++;
    } else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > depthMax) {
        throw new TritonError('INTERNAL', `JSON nesting depth exceeds maximum allowed limit (${depthMax})`);
      }
    } else if (byte === 0x5d || byte === 0x7d) {
      depth--;
    }
  }
}
