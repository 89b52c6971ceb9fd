import type { InputTensor } from '../instance/messages.ts';
import { type Datatype, datatypes } from '../tensor/datatype.ts';
import { elementCount } from '../tensor/element-count.ts';
import { TritonError } from '../triton-error.ts';
import { dataFromJson } from './data-from-json.ts';
import { type JsonObject, json } from './json-reader.ts';

interface Source {
  /** What comes behind the JSON. */
  readonly binary: Buffer<ArrayBuffer>;
  readonly headerLength: number;
  /** Whether the JSON was parsed with exact integers. */
  readonly exact: boolean;
  /** For messages. */
  readonly model: string;
}

/**
 * Reads the request's `inputs` as they are, JSON and binary mixed as the client likes; whether they suit the model is another matter.
 * Binary ones take their bytes one after the other in the order of the request, and must use all of them.
 *
 * @throws {TritonError}
 */
export function readInputs(request: JsonObject, source: Source): InputTensor[] {
  const { binary, model } = source;
  const found = new Map<string, InputTensor>();
  let at = 0;
  for (const item of json.array(request, 'inputs')) {
    const input = json.object(item);
    const parameters = json.parameters(input);
    checkForm(input, parameters);
    const name = json.string(input, 'name');
    const datatype = json.string(input, 'datatype');
    const shape = json.shape(input);
    if (found.has(name)) throw new TritonError('INVALID_ARG', `input '${name}' already exists in request`);
    const size = json.unsigned(parameters, 'binary_data_size');
    const count = elementCount(shape);
    if (count > Number.MAX_SAFE_INTEGER) {
      throw new TritonError(
        'INVALID_ARG',
        `shape [${shape.join(',')}] of input '${name}' causes total element count to exceed maximum size of ${Number.MAX_SAFE_INTEGER}`,
      );
    }
    if (size === undefined) {
      found.set(name, { name, shape, ...fromJson({ name, datatype, count }, input, source) });
      continue;
    }
    const left = binary.length - at;
    if (size > left) {
      throw new TritonError(
        'INVALID_ARG',
        `unexpected size for input '${name}', expecting ${size - left} additional bytes for model '${model}'`,
      );
    }
    // What the name says is compared with the configuration's before anything is made of it.
    const known = datatype as Datatype;
    found.set(name, {
      name,
      shape,
      datatype: known,
      buffer: binary.buffer,
      offset: binary.byteOffset + at,
      length: size,
    });
    at += size;
  }
  if (at < binary.length) {
    throw new TritonError('INVALID_ARG', `unexpected additional input data for model '${model}'`);
  }
  return [...found.values()];
}

function fromJson(
  { name, datatype, count }: { readonly name: string; readonly datatype: string; readonly count: number },
  input: JsonObject,
  { headerLength, exact }: Source,
): Pick<InputTensor, 'datatype' | 'buffer' | 'offset' | 'length'> {
  if (!Object.hasOwn(datatypes, datatype)) {
    throw new TritonError('INVALID_ARG', `invalid datatype for input ${name}`);
  }
  const data = json.array(input, 'data');
  if (count > headerLength) {
    throw new TritonError('INTERNAL', "Unable to parse 'data': Shape does not match true shape of 'data' field");
  }
  const known = datatype as Datatype;
  const bytes = dataFromJson({ name, datatype: known, count }, data, exact);
  return { datatype: known, buffer: bytes.buffer, offset: 0, length: bytes.length };
}

function checkForm(input: JsonObject, parameters: JsonObject): void {
  const set = [
    ...(json.has(input, 'data') ? ["'data'"] : []),
    ...(json.has(parameters, 'binary_data_size') ? ["'binary_data_size'"] : []),
    ...(json.has(parameters, 'shared_memory_region') ? ["'shared_memory_region'"] : []),
  ];
  if (set.length !== 1) {
    const fields = "'data', 'binary_data_size' in 'parameters', 'shared_memory_region' in 'parameters'";
    const found = set.length === 0 ? 'no field is set' : `set ${set.join(' ')}`;
    throw new TritonError('INVALID_ARG', `Input must set only one of the following fields: ${fields}. But ${found}`);
  }
  if (json.has(parameters, 'shared_memory_region')) throw noSharedMemory();
}

const noSharedMemory = (): TritonError =>
  new TritonError('INVALID_ARG', 'shared memory is not served here: it has no meaning between machines');
