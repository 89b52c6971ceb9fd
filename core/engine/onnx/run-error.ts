import { InvalidInputError } from '../../api/maas-error.ts';

/**
 * The parts of ONNX Runtime's messages that tell of the caller's input, and nothing of the host. Whatever else goes wrong in a model that
 * passed its validation is not the caller's doing.
 */
const callersFault = [
  /Got invalid dimensions for input: .*?Expected: -?\d+/s,
  /Invalid rank for input: .*?Expected: \d+/s,
  /indices element out of data bounds, idx=-?\d+ must be within the inclusive range \[-?\d+,-?\d+\]/,
  /invalid index found, index = -?\d+/,
  /invalid indice found, indice = -?\d+/,
  /Out of range value in index tensor/,
];

/** The error to report for a failed run: 400 with ONNX Runtime's own words where the input was at fault, else the error itself. */
export function runError(model: string, error: unknown): unknown {
  const message = error instanceof Error ? error.message : '';
  for (const pattern of callersFault) {
    const [words] = pattern.exec(message) ?? [];
    if (words !== undefined) {
      return new InvalidInputError(
        `model '${model}' refuses the input: ${words.replaceAll(/\s+/g, ' ').slice(0, 300)}`,
        {
          cause: error,
        },
      );
    }
  }
  return error;
}
