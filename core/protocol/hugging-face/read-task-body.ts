import { InvalidInputError } from '../../api/maas-error.ts';
import type { ScoreFunction } from '../../task/classification/rank-labels.ts';
import { quoted } from '../../tensor/quoted.ts';
import { parseJson } from '../parse-json.ts';

/** A JSON request to a classifying task. */
export interface TaskBody {
  readonly inputs: unknown;
  readonly parameters: ClassificationParameters;
}

/** How many classes to answer, and how their scores are computed; the model's own way when absent. */
export interface ClassificationParameters {
  readonly topK: number;
  readonly scoreFunction?: ScoreFunction;
}

/** What Hugging Face's own servers answer for pictures when the request does not say. */
export const defaultParameters: ClassificationParameters = { topK: 5 };

const scoreFunctions: readonly ScoreFunction[] = ['softmax', 'sigmoid', 'none'];

/**
 * Reads `{"inputs": …, "parameters": {"top_k", "function_to_apply"}}`. A parameter of another name is refused, as ignoring it would give an
 * answer to another question; `options`, which old clients send to steer Hugging Face's own hosting, is ignored.
 *
 * @throws {InvalidInputError}
 */
export function readTaskBody(body: Uint8Array): TaskBody {
  const request = parseJson(body);
  if (!isObject(request)) throw new InvalidInputError("the request must be a JSON object with 'inputs'");
  for (const name of Object.keys(request)) {
    if (name !== 'inputs' && name !== 'parameters' && name !== 'options') {
      throw new InvalidInputError(`unknown member ${quoted(name)}; the request may have 'inputs' and 'parameters'`);
    }
  }
  return { inputs: request['inputs'], parameters: readParameters(request['parameters'] ?? {}) };
}

function readParameters(parameters: unknown): ClassificationParameters {
  if (!isObject(parameters)) throw new InvalidInputError("'parameters' must be a JSON object");
  for (const name of Object.keys(parameters)) {
    if (name !== 'top_k' && name !== 'function_to_apply') {
      throw new InvalidInputError(`unknown parameter ${quoted(name)}; this task has 'top_k' and 'function_to_apply'`);
    }
  }
  // Clients in Python send null for what was not given.
  const topK = parameters['top_k'] ?? defaultParameters.topK;
  if (typeof topK !== 'number' || !Number.isSafeInteger(topK) || topK < 1) {
    throw new InvalidInputError("parameter 'top_k' must be an integer from 1 on");
  }
  const wanted = parameters['function_to_apply'] ?? undefined;
  if (wanted === undefined) return { topK };
  const scoreFunction = scoreFunctions.find((each) => each === wanted);
  if (scoreFunction === undefined) {
    throw new InvalidInputError(`parameter 'function_to_apply' must be one of ${scoreFunctions.join(', ')}`);
  }
  return { topK, scoreFunction };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
