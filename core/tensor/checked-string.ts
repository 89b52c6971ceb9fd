import { InvalidInputError } from '../api/maas-error.ts';
import { quoted } from './quoted.ts';

/**
 * An element of a BYTES tensor, if it can reach a model whole.
 *
 * @param name the input's, for the message
 * @throws {InvalidInputError} half of a surrogate pair has no UTF-8; and ONNX Runtime's Node binding (1.30) takes a string to end at its
 * first NUL, so the model would silently answer another input
 */
export function checkedString(name: string, index: number, value: string): string {
  const problem = value.includes('\0')
    ? 'a NUL character'
    : value.isWellFormed()
      ? undefined
      : 'half of a surrogate pair';
  if (problem === undefined) return value;
  throw new InvalidInputError(`input ${quoted(name)}: element ${index} has ${problem}, which a string may not have`);
}
