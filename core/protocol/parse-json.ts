import { isUtf8 } from 'node:buffer';
import { InvalidInputError } from '../api/maas-error.ts';

/** Deepest nesting of arrays and objects that is read; Triton's limit. A tensor's data nests as deep as it has dimensions. */
const depthMax = 100;

/**
 * Parses a JSON body.
 *
 * @param exactIntegers keeps integers beyond 2^53 as bigint instead of rounding them. About ten times slower, so only for bodies
 * that turned out to need it.
 * @throws {InvalidInputError} not UTF-8, not JSON, or nested too deep
 */
export function parseJson(bytes: Uint8Array, exactIntegers = false): unknown {
  if (!isUtf8(bytes)) throw new InvalidInputError('the request body is not valid UTF-8');
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  checkDepth(buffer);
  const text = buffer.toString('utf8');
  try {
    return exactIntegers ? JSON.parse(text, keepIntegers) : JSON.parse(text);
  } catch (error) {
    throw new InvalidInputError(
      `the request body is not valid JSON: ${(error as Error).message}; write NaN and Infinity as strings`,
      { cause: error },
    );
  }
}

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

/** V8 takes 1.4 s for 4 MB of opening brackets, so the depth is known before it starts. */
function checkDepth(buffer: Buffer): void {
  if (!hasManyOpenings(buffer)) return;
  let depth = 0;
  for (let at = 0; at < buffer.length; at++) {
    const byte = buffer[at];
    if (byte === quote) {
      for (at++; at < buffer.length && buffer[at] !== quote; at++) if (buffer[at] === backslash) at++;
    } else if (byte === 0x5b || byte === 0x7b) {
      depth++;
      if (depth > depthMax) {
        throw new InvalidInputError(`JSON nesting depth exceeds maximum allowed limit (${depthMax})`);
      }
    } else if (byte === 0x5d || byte === 0x7d) {
      depth--;
    }
  }
}

/** Whether more brackets open than may nest. Nearly all bodies end here: a native search is much faster than the walk above. */
function hasManyOpenings(buffer: Buffer): boolean {
  let openings = 0;
  for (const bracket of ['[', '{']) {
    for (let at = buffer.indexOf(bracket); at !== -1; at = buffer.indexOf(bracket, at + 1)) {
      openings++;
      if (openings > depthMax) return true;
    }
  }
  return false;
}
