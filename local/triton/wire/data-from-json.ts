import { type Datatype, datatypes } from '../tensor/datatype.ts';
import { stringBytes } from '../tensor/string-bytes.ts';
import { TritonError } from '../triton-error.ts';
import { ExactIntegersNeeded } from './exact-integers-needed.ts';

interface Expected {
  readonly name: string;
  readonly datatype: Datatype;
  /** How many elements the shape has, known to be no more than the text could hold. */
  readonly count: number;
}

/**
 * Reads the `data` of a JSON tensor, flat or nested in any way, into its binary form.
 *
 * Integers must be whole and in range; Triton wraps those that are not.
 *
 * @param exact whether integers beyond 2^53 come as bigint
 * @throws {ExactIntegersNeeded} a 64-bit integer was rounded by the parser: parse again with `exact`
 * @throws {TritonError}
 */
export function dataFromJson(
  { name, datatype, count }: Expected,
  data: unknown,
  exact: boolean,
): Uint8Array<ArrayBuffer> {
  if (datatype === 'FP16') {
    throw new TritonError(
      'INVALID_ARG',
      `receiving FP16 data via JSON is not supported. Please use the binary data format for input ${name}`,
    );
  }
  if (datatype === 'BYTES') {
    const elements: string[] = [];
    eachLeaf(data, (leaf) => {
      if (elements.length >= count) throw mismatch();
      if (typeof leaf !== 'string') throw wrong('attempt to access JSON non-string as string');
      if (!leaf.isWellFormed()) throw wrong('half of a surrogate pair in a string');
      elements.push(leaf);
    });
    if (elements.length !== count) throw mismatch();
    return stringBytes(elements);
  }
  const target: { [index: number]: number | bigint; readonly buffer: ArrayBuffer } = new datatypes[datatype].array(
    count,
  );
  const read = readers[datatype];
  const rounds = datatype === 'FP32';
  let at = 0;
  eachLeaf(data, (leaf) => {
    if (at >= count) throw mismatch();
    const value = read(leaf, exact);
    target[at] = value;
    // What the array had to wrap to store is not an integer of its type.
    if (!rounds && target[at] !== value) throw wrong(`${value} is not within ${datatype}`);
    at++;
  });
  if (at !== count) throw mismatch();
  return new Uint8Array(target.buffer);
}

const wrong = (problem: string): TritonError => new TritonError('INTERNAL', `Unable to parse 'data': ${problem}`);

const mismatch = (): TritonError => wrong("Shape does not match true shape of 'data' field");

/** In row-major order. The text's depth was limited when it was parsed. */
function eachLeaf(value: unknown, visit: (leaf: unknown) => void): void {
  if (!Array.isArray(value)) visit(value);
  else for (const part of value) eachLeaf(part, visit);
}

const number = (leaf: unknown): number => {
  if (typeof leaf === 'number') return leaf;
  if (typeof leaf === 'bigint') return Number(leaf);
  throw wrong('attempt to access JSON non-number as double');
};

const integer = (leaf: unknown): number => {
  if (typeof leaf === 'number' && Number.isInteger(leaf)) return leaf;
  throw wrong('attempt to access JSON non-integer as integer');
};

const big = (leaf: unknown, exact: boolean): bigint => {
  if (typeof leaf === 'bigint') return leaf;
  if (!exact && Number.isInteger(leaf) && !Number.isSafeInteger(leaf)) throw new ExactIntegersNeeded();
  return BigInt(integer(leaf));
};

const boolean = (leaf: unknown): number => {
  if (typeof leaf === 'boolean') return leaf ? 1 : 0;
  throw wrong('attempt to access JSON non-boolean as boolean');
};

const readers: Readonly<
  Record<Exclude<Datatype, 'BYTES' | 'FP16'>, (leaf: unknown, exact: boolean) => number | bigint>
> = {
  BOOL: boolean,
  UINT8: integer,
  UINT16: integer,
  UINT32: integer,
  UINT64: big,
  INT8: integer,
  INT16: integer,
  INT32: integer,
  INT64: big,
  FP32: number,
  FP64: number,
};
