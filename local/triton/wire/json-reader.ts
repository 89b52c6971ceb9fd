import { TritonError } from '../triton-error.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Triton's JSON library fails with INTERNAL, so a malformed request is answered with 500 where errors keep their status. */
const wrong = (field: string | undefined, problem: string): TritonError =>
  new TritonError('INTERNAL', field === undefined ? problem : `Unable to parse '${field}': ${problem}`);

const own = (object: JsonObject, member: string): unknown =>
  Object.hasOwn(object, member) ? object[member] : undefined;

/** Reads members of JSON values with the messages of Triton's JSON library. Those not `required` are undefined when absent. */
export const json = {
  object(value: unknown): JsonObject {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw wrong(undefined, 'attempt to access JSON non-object as object');
    }
    return value as JsonObject;
  },

  /** `parameters`, in which absent ones are none. */
  parameters(object: JsonObject): JsonObject {
    const value = own(object, 'parameters');
    return value === undefined ? {} : json.object(value);
  },

  has: (object: JsonObject, member: string): boolean => Object.hasOwn(object, member),

  array(object: JsonObject, member: string): readonly unknown[] {
    const value = own(object, member);
    if (value === undefined) throw wrong(member, `attempt to access non-existing object member '${member}'`);
    if (!Array.isArray(value)) throw wrong(member, 'attempt to access JSON non-array as array');
    return value;
  },

  string(object: JsonObject, member: string): string {
    const value = own(object, member);
    if (value === undefined) throw wrong(member, `attempt to access non-existing object member '${member}'`);
    if (typeof value !== 'string') throw wrong(member, 'attempt to access JSON non-string as string');
    return value;
  },

  boolean(object: JsonObject, member: string): boolean | undefined {
    const value = own(object, member);
    if (value === undefined || typeof value === 'boolean') return value;
    throw wrong(member, 'attempt to access JSON non-boolean as boolean');
  },

  unsigned(object: JsonObject, member: string): number | undefined {
    const value = own(object, member);
    return value === undefined ? undefined : unsigned(member, value);
  },

  shape(object: JsonObject): number[] {
    return json.array(object, 'shape').map((size) => unsigned('shape', size));
  },
} as const;

function unsigned(field: string, value: unknown): number {
  if (typeof value === 'bigint' && value >= 0n) return Number(value);
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw wrong(field, 'attempt to access JSON non-unsigned-integer as unsigned-integer');
}
