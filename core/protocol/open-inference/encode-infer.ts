import type { ModelVersion } from '../../catalog/model-version.ts';
import type { Answer } from '../../inference/inference-call.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { tensorBytes } from '../../tensor/tensor-bytes.ts';
import { tensorToJson } from '../../tensor/to-json.ts';
import type { WantedOutput } from './read-outputs.ts';

/**
 * Renders the answer to `…/infer`: JSON, followed by the binary outputs in the order of the JSON when any is wanted so.
 *
 * @param id echoed when the request had one
 */
export function encodeInfer(
  { model, version }: ModelVersion,
  id: string | undefined,
  wanted: readonly WantedOutput[],
  outputs: readonly Tensor[],
): Answer {
  const byName = new Map(outputs.map((tensor) => [tensor.name, tensor]));
  const descriptions: string[] = [];
  const binaries: Uint8Array[] = [];
  for (const { name, binary } of wanted) {
    const tensor = byName.get(name);
    if (tensor === undefined) throw new Error(`the engine gave no output ${name}`);
    const head = `{"name":${JSON.stringify(name)},"datatype":"${tensor.datatype}","shape":[${tensor.shape.join(',')}]`;
    if (binary) {
      const bytes = tensorBytes(tensor);
      binaries.push(bytes);
      descriptions.push(`${head},"parameters":{"binary_data_size":${bytes.length}}}`);
    } else {
      descriptions.push(`${head},"data":${tensorToJson(tensor)}}`);
    }
  }
  const idMember = id === undefined ? '' : `"id":${JSON.stringify(id)},`;
  const json = `{${idMember}"model_name":"${model}","model_version":"${version}","outputs":[${descriptions.join(',')}]}`;
  if (binaries.length === 0) return { headers: { 'content-type': 'application/json' }, body: json };
  const header = Buffer.from(json, 'utf8');
  return {
    headers: {
      'content-type': 'application/octet-stream',
      // Spelled as in the specification, for clients that look headers up by their exact name.
      'Inference-Header-Content-Length': String(header.length),
    },
    body: Buffer.concat([header, ...binaries]),
  };
}
