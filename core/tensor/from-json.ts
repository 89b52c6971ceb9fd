import { InvalidInputError } from '../api/maas-error.ts';
import { checkedString } from './checked-string.ts';
import type { Datatype } from './datatype.ts';
import { ExactIntegersNeeded } from './exact-integers-needed.ts';
import { numericArray } from './numeric-array.ts';
import { quoted } from './quoted.ts';
import { shapeText } from './shape-text.ts';
import type { TensorData } from './tensor.ts';

/** What is read: `name` for messages, and the element count that `shape` was found to have, within the limits. */
interface Expected {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  readonly count: number;
}

/**
 * Reads the `data` of a JSON tensor: either flat, `count` elements in row-major order, or nested exactly as `shape` says.
 *
 * Integers must be whole and in range, never rounded or wrapped. 64-bit ones may also be strings of digits. Floating point also takes
 * the strings "NaN", "Infinity" and "-Infinity", as JSON has no other word for them; a number too large for the type is refused.
 * BOOL takes true and false, BYTES strings. FP16 has no JSON form in the protocol.
 *
 * @param exact whether integers beyond 2^53 come as bigint, as `parseJsonExactly` gives them
 * @throws {ExactIntegersNeeded} a 64-bit integer was rounded by the parser: parse again with `exact`
 * @throws {InvalidInputError}
 */
export function tensorFromJson(expected: Expected, data: unknown, exact: boolean): TensorData {
  const { name, datatype, shape, count } = expected;
  if (datatype === 'FP16') {
    throw new InvalidInputError(
      `input ${quoted(name)} is FP16, which has no JSON form; send it as binary data (parameters.binary_data_size)`,
    );
  }
  if (!Array.isArray(data)) throw new InvalidInputError(`'data' of input ${quoted(name)} must be an array`);
  if (datatype === 'BYTES') {
    const target: string[] = [];
    eachLeaf(expected, data, (leaf) => strings(leaf, target, name));
    return target;
  }
  const target = new numericArray[datatype](count);
  if (target instanceof Float32Array || target instanceof Float64Array) {
    eachLeaf(expected, data, (leaf, at) => floats(leaf, target, at, expected));
  } else if (target instanceof BigInt64Array || target instanceof BigUint64Array) {
    eachLeaf(expected, data, (leaf, at) => bigIntegers(leaf, target, at, expected, exact));
  } else if (datatype === 'BOOL') {
    eachLeaf(expected, data, (leaf, at) => booleans(leaf, target, at, name));
  } else {
    eachLeaf({ name, shape, count }, data, (leaf, at) => integers(leaf, target, at, expected));
  }
  return target;
}

type Shaped = Pick<Expected, 'name' | 'shape' | 'count'>;

function eachLeaf(expected: Shaped, data: readonly unknown[], read: (leaf: readonly unknown[], at: number) => void) {
  const { shape, count } = expected;
  if (!Array.isArray(data[0])) {
    if (data.length !== count) throw mismatch(expected, `${data.length} elements`);
    read(data, 0);
    return;
  }
  let at = 0;
  // As deep as the shape has dimensions, which was checked against the model's rank.
  const walk = (list: unknown, depth: number): void => {
    if (!Array.isArray(list) || list.length !== shape[depth]) {
      throw mismatch(expected, `an array of another length or depth at level ${depth + 1}`);
    }
    if (depth === shape.length - 1) {
      read(list, at);
      at += list.length;
      return;
    }
    for (const part of list) walk(part, depth + 1);
  };
  walk(data, 0);
}

// Triton's words, which its clients' tests look for, then what was found.
const mismatch = ({ name, shape, count }: Shaped, found: string): InvalidInputError =>
  new InvalidInputError(
    `input ${quoted(name)}: Shape does not match true shape of 'data' field: expected ${count} elements of shape ${shapeText(shape)}, flat or nested, got ${found}`,
  );

const wrong = (name: string, index: number, expected: string, value: unknown): InvalidInputError =>
  new InvalidInputError(
    `input ${quoted(name)}: element ${index} must be ${expected}, got ${typeof value === 'string' ? quoted(value) : kind(value)}`,
  );

function kind(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? 'an array' : `an ${typeof value}`;
}

const specialFloats = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

function floats(
  leaf: readonly unknown[],
  target: Float32Array | Float64Array,
  at: number,
  { name, datatype }: Expected,
) {
  for (let i = 0; i < leaf.length; i++) {
    const value = leaf[i];
    if (typeof value === 'number' || typeof value === 'bigint') {
      target[at + i] = Number(value);
      if (!Number.isFinite(target[at + i])) throw wrong(name, at + i, `a number within ${datatype}`, value);
    } else {
      const special = typeof value === 'string' ? specialFloats.get(value) : undefined;
      if (special === undefined) {
        throw wrong(name, at + i, 'a number, or one of the strings "NaN", "Infinity", "-Infinity"', value);
      }
      target[at + i] = special;
    }
  }
}

type SmallIntegers = Uint8Array | Uint16Array | Uint32Array | Int8Array | Int16Array | Int32Array;

function integers(leaf: readonly unknown[], target: SmallIntegers, at: number, { name, datatype }: Expected) {
  for (let i = 0; i < leaf.length; i++) {
    const value = leaf[i];
    if (typeof value === 'number') {
      target[at + i] = value;
      // What the array had to round or wrap to store is not an integer of its type.
      if (target[at + i] === value) continue;
    }
    throw wrong(name, at + i, `an integer within ${datatype}`, value);
  }
}

// The longest 64-bit integers have 20 characters. Anything longer is refused before BigInt spends time on it.
const digits = /^-?\d{1,20}$/;

function bigIntegers(
  leaf: readonly unknown[],
  target: BigInt64Array | BigUint64Array,
  at: number,
  { name, datatype }: Expected,
  exact: boolean,
) {
  for (let i = 0; i < leaf.length; i++) {
    const value = leaf[i];
    let integer: bigint | undefined;
    if (typeof value === 'bigint') integer = value;
    else if (typeof value === 'string') integer = digits.test(value) ? BigInt(value) : undefined;
    else if (Number.isSafeInteger(value)) integer = BigInt(value as number);
    else if (Number.isInteger(value) && !exact) throw new ExactIntegersNeeded();
    if (integer !== undefined) target[at + i] = integer;
    if (integer === undefined || target[at + i] !== integer) {
      throw wrong(name, at + i, `an integer within ${datatype}, as digits or a string of digits`, value);
    }
  }
}

function booleans(leaf: readonly unknown[], target: { [index: number]: number }, at: number, name: string) {
  for (let i = 0; i < leaf.length; i++) {
    const value = leaf[i];
    if (typeof value !== 'boolean') throw wrong(name, at + i, 'true or false', value);
    target[at + i] = value ? 1 : 0;
  }
}

function strings(leaf: readonly unknown[], target: string[], name: string) {
  for (const value of leaf) {
    if (typeof value !== 'string') throw wrong(name, target.length, 'a string', value);
    target.push(checkedString(name, target.length, value));
  }
}
