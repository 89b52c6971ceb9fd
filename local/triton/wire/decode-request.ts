import type { ModelFiles } from '../repository/model-files.ts';
import { TritonError } from '../triton-error.ts';
import { checkInputs } from './check-inputs.ts';
import { ExactIntegersNeeded } from './exact-integers-needed.ts';
import type { InferRequest } from './infer-request.ts';
import { json } from './json-reader.ts';
import { parseJson } from './parse-json.ts';
import { rawInput } from './raw-input.ts';
import { readInputs } from './read-inputs.ts';
import { readOutputs } from './read-outputs.ts';
import { requestPrefix } from './request-prefix.ts';

/** Keeping the digits of integers costs up to 2 us for each number of the body, wanted or not: this much takes a quarter of a second. */
const exactBytesMax = 262_144;

/**
 * Reads an inference request: JSON, JSON with binary tensors behind it, or one raw tensor. Whatever can be wrong with it is found here,
 * so that nothing reaches the model that would fail those it is batched with.
 *
 * @param headerSize how many bytes of the body are JSON: all when undefined, 0 for a raw tensor
 * @throws {TritonError}
 * @see https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_binary_data.md
 */
export function decodeRequest(
  body: Buffer<ArrayBuffer>,
  headerSize: number | undefined,
  model: ModelFiles,
): InferRequest {
  if (headerSize !== undefined && headerSize > body.length) {
    throw new TritonError(
      'INVALID_ARG',
      `inference header size should be in range (0, ${body.length}), got: ${headerSize}`,
    );
  }
  // An empty body without a header size comes down to a header of no bytes in Triton, too.
  if (headerSize === 0 || body.length === 0) {
    const outputs = readOutputs(undefined, true, model);
    return { id: '', timeoutUs: 0, work: { ...checkInputs([rawInput(body, model)], '', model), outputs } };
  }
  const header = body.subarray(0, headerSize);
  const binary = body.subarray(headerSize ?? body.length);
  try {
    return read(parseJson(header, false), binary, header.length, model, false);
  } catch (error) {
    if (!(error instanceof ExactIntegersNeeded)) throw error;
    if (header.length > exactBytesMax) {
      throw new TritonError(
        'INVALID_ARG',
        `integers beyond 2^53 are read here from at most ${exactBytesMax} bytes of JSON, got ${header.length}; send them as binary data`,
      );
    }
    return read(parseJson(header, true), binary, header.length, model, true);
  }
}

function read(
  value: unknown,
  binary: Buffer<ArrayBuffer>,
  headerLength: number,
  model: ModelFiles,
  exact: boolean,
): InferRequest {
  const request = json.object(value);
  const id = json.has(request, 'id') ? json.string(request, 'id') : '';
  const parameters = json.parameters(request);
  checkParameters(Object.entries(parameters));
  const binaryOutput = json.boolean(parameters, 'binary_data_output') ?? false;
  const timeoutUs = json.unsigned(parameters, 'timeout') ?? 0;
  const inputs = readInputs(request, { binary, headerLength, exact, model: model.name });
  const wanted = json.has(request, 'outputs') ? json.array(request, 'outputs') : undefined;
  const outputs = readOutputs(wanted, binaryOutput, model, requestPrefix(id));
  return { id, timeoutUs, work: { ...checkInputs(inputs, id, model), outputs } };
}

function checkParameters(entries: readonly (readonly [string, unknown])[]): void {
  for (const [name, value] of entries) {
    if (name.startsWith('triton_')) {
      throw new TritonError(
        'INVALID_ARG',
        "parameter keys starting with 'triton_' are reserved for Triton usage and should not be specified.",
      );
    }
    if (!['string', 'number', 'bigint', 'boolean'].includes(typeof value)) {
      throw new TritonError(
        'INVALID_ARG',
        `parameter '${name.slice(0, 100)}' has invalid type. It should be either 'int', 'bool', or 'string'.`,
      );
    }
  }
}
