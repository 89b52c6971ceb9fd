import type { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node';
import { MaasError } from '../../api/maas-error.ts';
import { fromOnnx } from '../../engine/onnx/from-onnx.ts';
import { toOnnx } from '../../engine/onnx/to-onnx.ts';
import { quoted } from '../../tensor/quoted.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Manifest, TensorSpec } from '../manifest.ts';
import { difference } from './difference.ts';
import { sampleTensor } from './sample-tensor.ts';
import { ValidationProblem } from './validation-problem.ts';
import { withoutHostPaths } from './without-host-paths.ts';

/**
 * Runs the manifest's sample and compares the answer with the promised one.
 *
 * @throws {ValidationProblem} whose text goes behind the manifest's name
 */
export async function checkSample(manifest: Manifest, session: InferenceSession): Promise<void> {
  const { sample } = manifest;
  const inputs = tensors(manifest, 'inputs');
  const expected = tensors(manifest, 'outputs');
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

function tensors(manifest: Manifest, kind: 'inputs' | 'outputs'): Tensor[] {
  const specs = new Map<string, TensorSpec>(manifest[kind].map((spec) => [spec.name, spec]));
  const names = new Set<string>();
  return manifest.sample[kind].map((each) => {
    const spec = specs.get(each.name);
    if (spec === undefined || names.has(each.name)) {
      throw new ValidationProblem(`has a sample with ${quoted(each.name)} among its ${kind}, unknown or twice`);
    }
    names.add(each.name);
    try {
      return sampleTensor(manifest.name, spec, each);
    } catch (error) {
      if (!(error instanceof MaasError)) throw error;
      throw new ValidationProblem(`has a sample that does not fit its ${kind}: ${error.message}`);
    }
  });
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
