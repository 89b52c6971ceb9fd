import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Manifest } from '../core/catalog/manifest.ts';
import type { Measurement } from './measure.ts';
import type { Reference } from './reference.ts';

/**
 * Runs a model and its reference over the same inputs: how far is any number of the first output from the reference's?
 *
 * @param artifact path of the `.onnx` file
 * @param onProgress called with the number of cases done after each
 */
export async function measureAgreement(
  { inputs: [input], outputs: [output] }: Manifest,
  artifact: string,
  reference: Reference,
  onProgress: (done: number) => void,
): Promise<Measurement> {
  if (input === undefined || output === undefined) throw new Error('the manifest names no input or no output');
  const session = await InferenceSession.create(artifact, { intraOpNumThreads: 1 });
  let errorMax = 0;
  let done = 0;
  for await (const { input: row, expected } of reference.cases()) {
    const feed = new Tensor('float32', row, [1, ...input.shape.slice(1)]);
    const answer = (await session.run({ [input.name]: feed }))[output.name]?.data as Float32Array;
    if (answer.length !== expected.length) {
      throw new Error(`the model gives ${answer.length} numbers, its reference ${expected.length}`);
    }
    errorMax = answer.reduce((most, value, at) => Math.max(most, Math.abs(value - (expected[at] ?? 0))), errorMax);
    done++;
    onProgress(done);
  }
  // Two digits: the rest depends on the processor.
  const quality = { dataset: reference.dataset, samples: done, errorMax: Number(errorMax.toPrecision(2)) };
  return { quality, classes: [], confusion: [] };
}
