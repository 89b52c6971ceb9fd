import type { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node';
import { fromOnnx } from '../../engine/onnx/from-onnx.ts';
import { toOnnx } from '../../engine/onnx/to-onnx.ts';
import { quoted } from '../../tensor/quoted.ts';
import type { Manifest } from '../manifest.ts';
import { difference } from './difference.ts';
import { sampleTensors } from './sample-tensors.ts';
import { ValidationProblem } from './validation-problem.ts';
import { withoutHostPaths } from './without-host-paths.ts';

/**
 * Runs the manifest's sample and compares the answer with the promised one.
 *
 * @throws {ValidationProblem} whose text goes behind the manifest's name
 */
export async function checkSample(manifest: Manifest, session: InferenceSession): Promise<void> {
  const { sample } = manifest;
  const inputs = sampleTensors(manifest, 'inputs');
  const expected = sampleTensors(manifest, 'outputs');
  if (inputs.length < manifest.inputs.length) throw new ValidationProblem('has a sample that lacks an input');
  const feeds: Record<string, OnnxTensor> = Object.fromEntries(inputs.map((tensor) => [tensor.name, toOnnx(tensor)]));
  const names = expected.map(({ name }) => name);
  const results = await run(session, feeds, names);
  for (const tensor of expected) {
    const got = fromOnnx(tensor.name, results[tensor.name] as OnnxTensor);
    const differs = difference(tensor, got, sample.tolerance);
    if (differs !== undefined) {
      throw new ValidationProblem(
        `promises another answer to its sample: output ${quoted(tensor.name)}, ${differs} (tolerance ${sample.tolerance}); correct the sample or the model`,
      );
    }
  }
}

async function run(session: InferenceSession, feeds: Record<string, OnnxTensor>, names: readonly string[]) {
  try {
    return await session.run(feeds, names);
  } catch (error) {
    throw new ValidationProblem(
      `has a sample that the model fails on: ${withoutHostPaths((error as Error).message)}; correct the sample or the model`,
    );
  }
}
