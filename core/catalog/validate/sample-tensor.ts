import { InvalidInputError } from '../../api/maas-error.ts';
import { checkInput } from '../../inference/check-input.ts';
import { float16Bits } from '../../tensor/float16.ts';
import { tensorFromJson } from '../../tensor/from-json.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { uniform } from '../../tensor/uniform.ts';
import type { Manifest, TensorSpec } from '../manifest.ts';

type SampleTensor = Manifest['sample']['inputs'][number];

/**
 * A tensor of the manifest's sample, held to what the manifest declares for it.
 *
 * @throws {InvalidInputError} in the words that a request with this tensor would get
 */
export function sampleTensor(model: string, spec: TensorSpec, sample: SampleTensor): Tensor {
  const { name, datatype, shape, data = [] } = sample;
  const { count } = checkInput(model, spec, { datatype, shape });
  // The schema lets only FP32 be made so, and only where there is no `data`.
  if (sample.uniform !== undefined) return { name, datatype, shape, data: uniform(sample.uniform.seed, count) };
  if (datatype !== 'FP16') {
    return { name, datatype, shape, data: tensorFromJson({ name, datatype, shape, count }, data, false) };
  }
  // The protocol has no JSON form for FP16, but a manifest must be able to write its sample down.
  const numbers = data.filter((value) => typeof value === 'number');
  if (numbers.length !== count) throw new InvalidInputError(`'${name}' must have ${count} numbers`);
  return { name, datatype, shape, data: float16Bits(numbers) };
}
