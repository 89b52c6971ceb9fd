import { expect, test } from 'vitest';
import { countUnits } from '../../../core/inference/count-units.ts';
import type { Tensor } from '../../../core/tensor/tensor.ts';
import { manifest } from './manifests.ts';
import { modelVersion } from './platform.ts';

test('pictures are counted by their shape: the elements of a tensor that came as bytes are never made', () => {
  const pictures = manifest({
    name: 'pictures',
    task: 'image-classification',
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 3, 224, 224] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, 10] }],
  });
  const tensor: Tensor = {
    name: 'x',
    datatype: 'FP32',
    shape: [7, 3, 224, 224],
    get data(): never {
      throw new Error('decoded');
    },
  };
  expect(countUnits(modelVersion({ manifest: pictures, files: {} }), [tensor])).toEqual({
    items: 7,
    images: 7,
    tokens: 0,
  });
});
