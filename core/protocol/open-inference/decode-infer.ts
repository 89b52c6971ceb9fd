import type { ApiRequest } from '../../api/api-request.ts';
import { InvalidInputError } from '../../api/maas-error.ts';
import type { ModelVersion } from '../../catalog/model-version.ts';
import type { InferenceCall } from '../../inference/inference-call.ts';
import { ExactIntegersNeeded } from '../../tensor/exact-integers-needed.ts';
import { parseJson } from '../parse-json.ts';
import { encodeInfer } from './encode-infer.ts';
import { headerLength } from './header-length.ts';
import { readInputs } from './read-inputs.ts';
import { readObject } from './read-object.ts';
import { readOutputs } from './read-outputs.ts';
import { booleanParameter, readParameters } from './read-parameters.ts';
import { readRawInput } from './read-raw-input.ts';

const nothing = new Uint8Array(0);

/** Keeping the digits of integers costs up to 2 us for each number of the body, wanted or not: this much takes a quarter of a second. */
const exactBytesMax = 262_144;

/**
 * Decodes a request to `…/infer`: JSON, JSON with binary tensors behind it, or one raw tensor. README.md in this folder says what is
 * taken and what is refused. Members of the request that the protocol does not name are ignored, as its servers do.
 *
 * @see https://github.com/open-inference/open-inference-protocol/blob/main/specification/protocol/inference_rest.md
 * @throws {InvalidInputError}
 */
export function decodeInfer({ headers, body }: ApiRequest, model: ModelVersion): InferenceCall {
  const jsonBytes = headerLength(headers['inference-header-content-length'], body.length);
  if (jsonBytes === 0) {
    const wanted = readOutputs(undefined, true, model);
    return {
      inputs: [readRawInput(body, model)],
      encode: (outputs, answeredBy) => encodeInfer(answeredBy, undefined, wanted, outputs),
    };
  }
  const json = jsonBytes === undefined ? body : body.subarray(0, jsonBytes);
  const binary = jsonBytes === undefined ? nothing : body.subarray(jsonBytes);
  try {
    return readCall(parseJson(json), binary, model, false);
  } catch (error) {
    if (!(error instanceof ExactIntegersNeeded)) throw error;
    if (json.length > exactBytesMax) {
      throw new InvalidInputError(
        `integers beyond 2^53 are read from at most ${exactBytesMax} bytes of JSON, got ${json.length}; send them as strings or as binary data`,
      );
    }
    return readCall(parseJson(json, true), binary, model, true);
  }
}

function readCall(value: unknown, binary: Uint8Array, model: ModelVersion, exact: boolean): InferenceCall {
  const request = readObject(value, 'the request body');
  const id = request['id'];
  if (id !== undefined && typeof id !== 'string') throw new InvalidInputError("'id' must be a string");
  const parameters = readParameters(request['parameters'], 'the request');
  const binaryDefault = booleanParameter(parameters, 'binary_data_output', 'the request') ?? false;
  const wanted = readOutputs(request['outputs'], binaryDefault, model);
  return {
    inputs: readInputs(request['inputs'], binary, model, exact),
    outputs: wanted.map(({ name }) => name),
    encode: (outputs, answeredBy) => encodeInfer(answeredBy, id, wanted, outputs),
  };
}
