import { InvalidInputError } from '../../api/maas-error.ts';
import { quoted } from '../../tensor/quoted.ts';

/**
 * Reads `Inference-Header-Content-Length`: how many bytes of the body are JSON, the rest being tensors. Undefined when absent (the whole
 * body is JSON); 0 means that the body is nothing but the bytes of one tensor. It alone decides the form of the body, as tritonclient
 * sends no Content-Type.
 *
 * @throws {InvalidInputError} not a plain number, or more than the body has
 */
export function headerLength(value: string | undefined, bodyBytes: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  if (!/^\d{1,10}$/.test(text)) {
    throw new InvalidInputError(
      `Unable to parse 'Inference-Header-Content-Length' header, got: ${quoted(text)}; expected the number of JSON bytes`,
    );
  }
  const length = Number(text);
  if (length > bodyBytes) {
    throw new InvalidInputError(
      `'Inference-Header-Content-Length' is ${length}, but the whole request body is only ${bodyBytes} bytes`,
    );
  }
  return length;
}
