import { PbtxtError } from '../pbtxt/pbtxt-error.ts';
import type { TextField, TextValue } from '../pbtxt/text-value.ts';
import type { EnumType, Field, MessageType, ScalarType } from './message-type.ts';

type Value = string | boolean | number | Message;
/** Fields by their names in the text; those that were not written are not there. */
export interface Message {
  readonly [field: string]: Value | readonly Value[];
}

/**
 * Reads parsed text as a message of the given type, as strictly as protobuf's parser: every field must be known, have its type, and be
 * there once unless it is repeated.
 *
 * @throws {PbtxtError} with line and column, in protobuf's words
 */
export function readMessage(type: MessageType, fields: readonly TextField[]): Message {
  const message: Record<string, Value | readonly Value[]> = {};
  const chosen = new Map<string, string>();
  for (const written of fields) {
    const { name, values } = written;
    const field = Object.hasOwn(type.fields, name) ? type.fields[name] : undefined;
    if (field === undefined) {
      throw new PbtxtError(written, `Message type "${type.message}" has no field named "${name}".`);
    }
    if (field.refused !== undefined) {
      throw new PbtxtError(written, `field "${name}" of "${type.message}" is not served here: ${field.refused}`);
    }
    const read = values.map((value) => readValue(name, field, value));
    const [single, ...others] = read;
    if (field.repeated) {
      message[name] = [...((message[name] as readonly Value[] | undefined) ?? []), ...read];
      continue;
    }
    if (single === undefined || others.length > 0 || Object.hasOwn(message, name)) {
      throw new PbtxtError(written, `Non-repeated field "${name}" is specified multiple times.`);
    }
    if (field.oneof !== undefined) {
      const other = chosen.get(field.oneof);
      if (other !== undefined) {
        throw new PbtxtError(
          written,
          `Field "${name}" is specified along with field "${other}", another member of oneof "${field.oneof}".`,
        );
      }
      chosen.set(field.oneof, name);
    }
    message[name] = single;
  }
  return message;
}

function readValue(name: string, { type }: Field, value: TextValue): Value {
  if (typeof type === 'object' && 'fields' in type) {
    if (value.kind !== 'message') throw new PbtxtError(value, `Expected "{", found "${value.text}".`);
    return readMessage(type, value.fields);
  }
  if (value.kind === 'message') throw new PbtxtError(value, `Field "${name}" is not a message.`);
  if (typeof type === 'object') return readEnum(name, type, value);
  return readScalar(name, type, value);
}

type Scalar = Exclude<TextValue, { readonly kind: 'message' }>;

function readEnum(name: string, { values }: EnumType, value: Scalar): string {
  const chosen = value.kind === 'number' ? values[Number(value.text)] : value.text;
  if (value.kind !== 'string' && chosen !== undefined && values.includes(chosen)) return chosen;
  throw new PbtxtError(value, `Unknown enumeration value of "${value.text}" for field "${name}".`);
}

const ranges = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  // What a JavaScript number holds exactly; no field of a configuration sensibly holds more.
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  uint64: [0, Number.MAX_SAFE_INTEGER],
} as const;

function readScalar(name: string, type: ScalarType, value: Scalar): string | boolean | number {
  const { kind, text } = value;
  if (type === 'string') {
    if (kind !== 'string') throw new PbtxtError(value, `Expected string, got: ${text}`);
    return text;
  }
  if (type === 'bool') {
    if (kind !== 'string' && ['true', 'True', 't', '1'].includes(text)) return true;
    if (kind !== 'string' && ['false', 'False', 'f', '0'].includes(text)) return false;
    throw new PbtxtError(value, `Invalid value for boolean field "${name}". Value: "${text}".`);
  }
  if (type === 'double') {
    const number = Number(text.replace(/f$/i, ''));
    if (kind !== 'number' || Number.isNaN(number)) throw new PbtxtError(value, `Expected double, got: ${text}`);
    return number;
  }
  const [, sign, digits] = /^(-?)(0[xX][0-9a-fA-F]+|\d+)$/.exec(text) ?? [];
  if (kind !== 'number' || digits === undefined) throw new PbtxtError(value, `Expected integer, got: ${text}`);
  // A leading zero makes it octal, as in C.
  const magnitude = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  const number = sign === '-' && magnitude !== 0 ? -magnitude : magnitude;
  const [least, most] = ranges[type];
  if (!(number >= least && number <= most)) throw new PbtxtError(value, `Integer out of range (${text})`);
  return number;
}
