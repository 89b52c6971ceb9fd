import { InvalidInputError } from '../../api/maas-error.ts';
import type { ModelVersion } from '../../catalog/model-version.ts';
import { batchRowsMax } from '../../inference/batch-limit.ts';
import type { InferenceCall } from '../../inference/inference-call.ts';
import { textsToTensor } from '../../task/text-classification/texts-to-tensor.ts';
import type { Vocabulary } from '../../task/text-classification/vocabulary.ts';
import { encodeLabels } from './encode-labels.ts';
import { isJsonObject } from './is-json-object.ts';
import { readTaskBody } from './read-task-body.ts';

/**
 * `{"inputs": "a text" | ["several", "texts"], "parameters": …}`. The answer has one list of classes for each text, also for a single one.
 *
 * @throws {InvalidInputError}
 */
export function decodeTextClassification(
  body: Uint8Array,
  model: ModelVersion,
  vocabulary: Vocabulary | undefined,
): InferenceCall {
  const { inputs: specs, outputs, preprocessing } = model.manifest;
  const [spec] = specs;
  if (spec === undefined || preprocessing?.kind !== 'text' || vocabulary === undefined) {
    throw new Error(`${model.model} ${model.version} classifies texts but says not how they are prepared`);
  }
  if (!isJsonObject(body)) {
    throw new InvalidInputError(
      `model '${model.model}' has the task 'text-classification': send {"inputs": "a text"}, or token ids to POST /v2/models/${model.model}/infer`,
    );
  }
  const { inputs, parameters } = readTaskBody(body);
  const texts: readonly unknown[] = Array.isArray(inputs) ? inputs : [inputs];
  if (texts.length === 0 || !texts.every((text) => typeof text === 'string')) {
    throw new InvalidInputError("'inputs' must be a string or a list of strings");
  }
  const rowsMax = batchRowsMax({ ...spec, shape: [-1, preprocessing.length] }) ?? 1;
  if (texts.length > rowsMax) {
    throw new InvalidInputError(
      `'inputs' has ${texts.length} texts; model '${model.model}' takes at most ${rowsMax} a call`,
    );
  }
  if (texts.length > 1 && spec.shape[0] !== -1) {
    throw new InvalidInputError(`model '${model.model}' takes one text a call, 'inputs' has ${texts.length}`);
  }
  return {
    inputs: [textsToTensor(texts, spec, preprocessing, vocabulary)],
    outputs: outputs.slice(0, 1).map(({ name }) => name),
    encode: (results, answeredBy) => encodeLabels(model, answeredBy, results, parameters, 'rows'),
  };
}
