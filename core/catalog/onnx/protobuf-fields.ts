/** One field of a protobuf message: its number and its value, a varint or the bytes of a length-delimited or fixed-width one. */
export interface ProtobufField {
  readonly number: number;
  readonly value: bigint | Uint8Array;
}

/** The bytes are no protobuf message. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError';
}

/**
 * The fields of a protobuf message, in the order of the file. Copies nothing and trusts no length: each is checked against the bytes
 * that are there before it is used.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 * @throws {ProtobufError} while iterating
 */
export function* protobufFields(bytes: Uint8Array): Generator<ProtobufField, void> {
  let at = 0;
  const varint = (): bigint => {
    // Most are one byte: tags, booleans, small numbers.
    const first = bytes[at];
    if (first !== undefined && first < 0x80) {
      at++;
      return BigInt(first);
    }
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new ProtobufError('it ends inside a number');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new ProtobufError('it has a number of more than 64 bits');
  };
  const take = (length: bigint): Uint8Array => {
    if (length > BigInt(bytes.length - at)) throw new ProtobufError('it is cut off: a field is longer than the file');
    const start = at;
    at += Number(length);
    return bytes.subarray(start, at);
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Number(tag >> 3n);
    if (number === 0) throw new ProtobufError('it has a field of number 0');
    const wireType = Number(tag & 7n);
    if (wireType === 0) yield { number, value: varint() };
    else if (wireType === 1) yield { number, value: take(8n) };
    else if (wireType === 2) yield { number, value: take(varint()) };
    else if (wireType === 5) yield { number, value: take(4n) };
    else throw new ProtobufError(`it has a field of the unknown wire type ${wireType}`);
  }
}
