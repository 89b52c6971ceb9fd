import { MaasError } from '../../api/maas-error.ts';
import { quoted } from '../../tensor/quoted.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Manifest, TensorSpec } from '../manifest.ts';
import { sampleTensor } from './sample-tensor.ts';
import { ValidationProblem } from './validation-problem.ts';

/**
 * The tensors of the manifest's sample, each held to what the manifest declares for it.
 *
 * @throws {ValidationProblem} whose text goes behind the manifest's name
 */
export function sampleTensors(manifest: Manifest, kind: 'inputs' | 'outputs'): Tensor[] {
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
