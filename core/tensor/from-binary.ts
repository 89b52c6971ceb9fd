import { isUtf8 } from 'node:buffer';
import { InvalidInputError } from '../api/maas-error.ts';
import { checkedString } from './checked-string.ts';
import type { Datatype } from './datatype.ts';
import { numericArray } from './numeric-array.ts';
import { quoted } from './quoted.ts';
import type { TensorData } from './tensor.ts';

/** What is read. For a fixed-width datatype the caller has made sure that `bytes` has exactly `count` elements. */
interface Expected {
  readonly name: string;
  readonly datatype: Datatype;
  readonly count: number;
}

/**
 * Reads a tensor from its binary form: little-endian, row-major, no padding; BOOL one byte of 0 or 1; BYTES a uint32 length before
 * each element. Elements that happen to be aligned are viewed in place, others are copied once.
 *
 * @see https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_binary_data.md
 * @throws {InvalidInputError}
 */
export function tensorFromBinary({ name, datatype, count }: Expected, bytes: Uint8Array): TensorData {
  if (datatype === 'BYTES') return strings(name, count, bytes);
  if (datatype === 'BOOL') {
    const bad = bytes.findIndex((value) => value > 1);
    if (bad !== -1) throw new InvalidInputError(`input ${quoted(name)}: element ${bad} must be the byte 0 or 1`);
  }
  const array = numericArray[datatype];
  const aligned = bytes.byteOffset % array.BYTES_PER_ELEMENT === 0 ? bytes : new Uint8Array(bytes);
  // Request bodies are never shared between threads, which is all that the cast says.
  return new array(aligned.buffer as ArrayBuffer, aligned.byteOffset, count);
}

function strings(name: string, count: number, bytes: Uint8Array): string[] {
  // Each element takes four bytes at least: an impossible count is refused before anything is built.
  if (count * 4 > bytes.length) throw incomplete(name, 'length indicator');
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const elements: string[] = [];
  let at = 0;
  while (elements.length < count) {
    if (at + 4 > buffer.length) throw incomplete(name, 'length indicator');
    const end = at + 4 + buffer.readUInt32LE(at);
    if (end > buffer.length) throw incomplete(name, 'data');
    const element = buffer.subarray(at + 4, end);
    if (!isUtf8(element)) {
      throw new InvalidInputError(`input ${quoted(name)}: element ${elements.length} is not valid UTF-8`);
    }
    elements.push(checkedString(name, elements.length, element.toString('utf8')));
    at = end;
  }
  if (at !== buffer.length) {
    throw new InvalidInputError(
      `input ${quoted(name)}: ${buffer.length - at} bytes are left over after its ${count} BYTES elements`,
    );
  }
  return elements;
}

const incomplete = (name: string, what: string): InvalidInputError =>
  new InvalidInputError(
    `incomplete string ${what} for inference input ${quoted(name)}; each BYTES element is a little-endian uint32 length and that many bytes`,
  );
