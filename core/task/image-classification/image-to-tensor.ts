import type { ImagePreprocessing, TensorSpec } from '../../catalog/manifest.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { decodeImage } from './decode-image.ts';
import { normalise } from './normalise.ts';

/** The model's input for one picture: a batch of one row. Errors are those of `decodeImage`. */
export async function imageToTensor(
  bytes: Uint8Array,
  { name, datatype }: TensorSpec,
  preprocessing: ImagePreprocessing,
): Promise<Tensor> {
  const { width, height, channels, layout } = preprocessing;
  const data = normalise(await decodeImage(bytes, preprocessing), preprocessing);
  const shape = layout === 'NCHW' ? [1, channels, height, width] : [1, height, width, channels];
  return { name, datatype, shape, data };
}
