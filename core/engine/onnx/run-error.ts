import { InvalidInputError } from '../../api/maas-error.ts';
import { callersFault } from '../callers-fault.ts';

/** The error to report for a failed run: 400 with ONNX Runtime's own words where the input was at fault, else the error itself. */
export function runError(model: string, error: unknown): unknown {
  const words = callersFault(error instanceof Error ? error.message : '');
  return words === undefined
    ? error
    : new InvalidInputError(`model '${model}' refuses the input: ${words}`, { cause: error });
}
