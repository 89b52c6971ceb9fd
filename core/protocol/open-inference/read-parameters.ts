import { InvalidInputError } from '../../api/maas-error.ts';
import { quoted } from '../../tensor/quoted.ts';

/** Parameters by which a client asks for an extension that is not served, with what to do instead. */
const unserved: Readonly<Record<string, string>> = {
  sequence_id: 'the sequence extension is not served: models keep no state between requests',
  sequence_start: 'the sequence extension is not served: models keep no state between requests',
  sequence_end: 'the sequence extension is not served: models keep no state between requests',
  classification: 'the classification extension is not served; POST /models/{model} answers with labels',
  shared_memory_region: 'shared memory is not served; send the tensor as binary data',
  shared_memory_offset: 'shared memory is not served; send the tensor as binary data',
  shared_memory_byte_size: 'shared memory is not served; send the tensor as binary data',
};

type Scalar = string | number | bigint | boolean;
type Parameters = ReadonlyMap<string, Scalar>;

const isScalar = (value: unknown): value is Scalar => ['string', 'number', 'bigint', 'boolean'].includes(typeof value);

/**
 * Reads a `parameters` object: its values are strings, numbers or booleans. Parameters that would change the answer in a way that we
 * do not serve are refused by name; others (hints such as `priority`, or a client's own) are ignored, as the protocol has it.
 *
 * @param where whose parameters they are, for messages
 * @throws {InvalidInputError}
 */
export function readParameters(value: unknown, where: string): Parameters {
  if (value === undefined) return new Map();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidInputError(`'parameters' of ${where} must be an object`);
  }
  const parameters = new Map<string, Scalar>();
  for (const [name, parameter] of Object.entries(value)) {
    if (Object.hasOwn(unserved, name)) {
      throw new InvalidInputError(`parameter ${quoted(name)} of ${where}: ${unserved[name]}`);
    }
    if (name.startsWith('triton_')) {
      throw new InvalidInputError(
        `parameter ${quoted(name)} of ${where}: names that begin with 'triton_' are reserved`,
      );
    }
    if (!isScalar(parameter)) {
      throw new InvalidInputError(`parameter ${quoted(name)} of ${where} must be a string, a number or a boolean`);
    }
    parameters.set(name, parameter);
  }
  return parameters;
}

/** The named parameter as a boolean; undefined when absent. */
export function booleanParameter(parameters: Parameters, name: string, where: string): boolean | undefined {
  const value = parameters.get(name);
  if (value === undefined || typeof value === 'boolean') return value;
  throw new InvalidInputError(`parameter '${name}' of ${where} must be true or false`);
}

/** The named parameter as a non-negative integer; undefined when absent. */
export function sizeParameter(parameters: Parameters, name: string, where: string): number | undefined {
  const value = parameters.get(name);
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new InvalidInputError(`parameter '${name}' of ${where} must be a non-negative integer`);
}
