import { InvalidInputError } from '../../api/maas-error.ts';
import type { ModelVersion } from '../../catalog/model-version.ts';
import type { InferenceCall } from '../../inference/inference-call.ts';
import { imageToTensor } from '../../task/image-classification/image-to-tensor.ts';
import { encodeLabels } from './encode-labels.ts';
import { isJsonObject } from './is-json-object.ts';
import { defaultParameters, readTaskBody } from './read-task-body.ts';

// Standard base64, with the line breaks that some encoders make.
const base64 = /^[A-Za-z0-9+/\r\n]*={0,2}$/;
// What browsers make of a file. The type is not looked at: the picture's own first bytes tell.
const dataUrl = /^data:[\w.+/-]{0,100};base64,/i;

/**
 * A picture as the body itself, or `{"inputs": "<base64 or data: URL>", "parameters": …}`. No picture starts with a brace, so the first byte tells.
 *
 * @throws the errors of `decodeImage` and `readTaskBody`
 */
export async function decodeImageClassification(body: Uint8Array, model: ModelVersion): Promise<InferenceCall> {
  const { inputs, preprocessing } = model.manifest;
  const [spec] = inputs;
  if (spec === undefined || preprocessing?.kind !== 'image') {
    throw new Error(`${model.model} ${model.version} classifies pictures but says not how they are prepared`);
  }
  const { picture, parameters } = isJsonObject(body)
    ? readJson(body, model)
    : { picture: body, parameters: defaultParameters };
  return {
    inputs: [await imageToTensor(picture, spec, preprocessing)],
    outputs: model.manifest.outputs.slice(0, 1).map(({ name }) => name),
    encode: (outputs, answeredBy) => encodeLabels(model, answeredBy, outputs, parameters, 'row'),
  };
}

function readJson(body: Uint8Array, { model }: ModelVersion) {
  const { inputs, parameters } = readTaskBody(body);
  const text = typeof inputs === 'string' ? inputs.trim().replace(dataUrl, '') : '';
  if (text === '' || !base64.test(text)) {
    throw new InvalidInputError(
      `model '${model}' has the task 'image-classification': 'inputs' must be a picture as a base64 string, or send its bytes as the body`,
    );
  }
  return { picture: Buffer.from(text, 'base64'), parameters };
}
