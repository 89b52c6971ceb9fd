import { InferenceSession } from 'onnxruntime-node';
import type { Manifest } from '../core/catalog/manifest.ts';
import { sampleTensor } from '../core/catalog/validate/sample-tensor.ts';
import { toOnnx } from '../core/engine/onnx/to-onnx.ts';

type SampleOutput = Manifest['sample']['outputs'][number];

/**
 * Answers a manifest's sample request with its artifact, in ONNX Runtime: what `sample.outputs` should hold.
 *
 * @param artifact path of the `.onnx` file, or its bytes
 */
export async function sampleOutputs(manifest: Manifest, artifact: string | Uint8Array): Promise<SampleOutput[]> {
  const { sample, inputs, outputs } = manifest;
  const options = { intraOpNumThreads: 1 };
  const session =
    typeof artifact === 'string'
      ? await InferenceSession.create(artifact, options)
      : await InferenceSession.create(artifact, options);
  const feeds = Object.fromEntries(
    sample.inputs.map((input) => {
      const spec = inputs.find(({ name }) => name === input.name);
      if (spec === undefined)
        throw new Error(`the sample has an input ${input.name}, which the manifest does not name`);
      return [input.name, toOnnx(sampleTensor(manifest.name, spec, input))];
    }),
  );
  const answers = await session.run(feeds);
  return outputs.map(({ name, datatype }) => {
    const answer = answers[name];
    if (answer === undefined) throw new Error(`the artifact has no output ${name}`);
    const data = Array.from(answer.data as Float32Array, (value) => Number(value.toPrecision(6)));
    return { name, datatype, shape: [...answer.dims], data };
  });
}
