import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Manifest } from '../core/catalog/manifest.ts';

type SampleTensor = Manifest['sample']['outputs'][number];

/** Answers a manifest's sample request with its artifact, in ONNX Runtime: what `sample.outputs` should hold. */
export async function sampleOutputs({ sample, outputs }: Manifest, artifact: string): Promise<SampleTensor[]> {
  const session = await InferenceSession.create(artifact, { intraOpNumThreads: 1 });
  const feeds = Object.fromEntries(
    sample.inputs.map(({ name, datatype, shape, data }) => [
      name,
      datatype === 'INT64'
        ? new Tensor(
            'int64',
            BigInt64Array.from(data, (value) => BigInt(value)),
            shape,
          )
        : new Tensor('float32', Float32Array.from(data, Number), shape),
    ]),
  );
  const answers = await session.run(feeds);
  return outputs.map(({ name, datatype }) => {
    const answer = answers[name];
    if (answer === undefined) throw new Error(`the artifact has no output ${name}`);
    const data = Array.from(answer.data as Float32Array, (value) => Number(value.toPrecision(6)));
    return { name, datatype, shape: [...answer.dims], data };
  });
}
