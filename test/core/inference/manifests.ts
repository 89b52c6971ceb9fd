import type { Manifest } from '../../../core/catalog/manifest.ts';

/** A manifest with all that must be there, for the parts that a test cares about. */
export const manifest = (parts: Pick<Manifest, 'name' | 'inputs' | 'outputs'> & Partial<Manifest>): Manifest => ({
  task: 'tensor',
  description: 'for tests',
  license: 'Apache-2.0',
  source: 'written by hand',
  artifact: 'model.onnx',
  target: { kind: 'lambda' },
  price: { unit: 'requests' },
  sample: { inputs: [], outputs: [], tolerance: 0 },
  quality: { dataset: 'none', samples: 1 },
  ...parts,
});

/** y = 2x; its file is `doublingModel()`. */
export const doubling: Manifest = manifest({
  name: 'double',
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 1] }],
  outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, 1] }],
  sample: {
    inputs: [{ name: 'x', datatype: 'FP32', shape: [2, 1], data: [1, 2.5] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: [2, 1], data: [2, 5] }],
    tolerance: 0,
  },
});
