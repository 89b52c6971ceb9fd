import fc from 'fast-check';
import type { Manifest, SageMakerTarget, TensorSpec } from '../../../../core/catalog/manifest.ts';
import { datatypes } from '../../../../core/tensor/datatype.ts';
import { doubling, manifest } from '../../inference/manifests.ts';

/** A target without batching, with the changes that a test cares about. */
export const gpuTarget = (changes: Partial<SageMakerTarget> = {}): SageMakerTarget => ({
  kind: 'sagemaker',
  instanceType: 'ml.g5.xlarge',
  instancesPerGpu: 1,
  ...changes,
});

/** y = 2x on a GPU; its file is `doublingModel()`. */
export const doublingOnGpu = (changes: Partial<Manifest> = {}): Manifest => ({
  ...doubling,
  target: gpuTarget({ batching: { rowsMax: 8, delayUs: 500 } }),
  ...changes,
});

const tensorName = fc.oneof(
  fc.stringMatching(/^[a-z_]{1,12}$/),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
);

/** Any manifest that Triton can serve. */
export const anyGpuManifest: fc.Arbitrary<Manifest> = fc
  .record({
    name: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,62}$/),
    batching: fc.option(
      fc.record({ rowsMax: fc.integer({ min: 1, max: 1024 }), delayUs: fc.integer({ min: 0, max: 1_000_000 }) }),
      { nil: undefined },
    ),
    instancesPerGpu: fc.integer({ min: 1, max: 16 }),
    names: fc.uniqueArray(tensorName, { minLength: 2, maxLength: 6 }),
    dims: fc.array(
      fc.array(fc.oneof(fc.constant(-1), fc.integer({ min: 1, max: 4096 })), { minLength: 1, maxLength: 5 }),
      {
        minLength: 6,
        maxLength: 6,
      },
    ),
    types: fc.array(fc.constantFrom(...datatypes), { minLength: 6, maxLength: 6 }),
    labels: fc.option(
      fc.array(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }).filter((label) => !/[\r\n]/.test(label)),
        {
          minLength: 1,
          maxLength: 20,
        },
      ),
      { nil: undefined },
    ),
  })
  .map(({ name, batching, instancesPerGpu, names, dims, types, labels }) => {
    const specs = names.map(
      (tensor, index): TensorSpec => ({
        name: tensor,
        datatype: types[index] ?? 'FP32',
        shape: [...(batching === undefined ? [] : [-1]), ...(dims[index] ?? [1])],
      }),
    );
    return manifest({
      name,
      target: gpuTarget({ instancesPerGpu, ...(batching === undefined ? {} : { batching }) }),
      inputs: specs.slice(1),
      outputs: specs.slice(0, 1),
      ...(labels === undefined ? {} : { labels }),
    });
  });
