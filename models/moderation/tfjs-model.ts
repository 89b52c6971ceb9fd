import '@tensorflow/tfjs-backend-cpu';
import { type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import { nsfwjsModel } from './nsfwjs-model.ts';

/**
 * The model as nsfwjs runs it: by TensorFlow.js, in plain JavaScript. A picture takes one to two seconds.
 *
 * @returns a function of pictures `[height, width, 3]`, from 0 to 1, to the five probabilities
 */
export async function tfjsModel(): Promise<(pixels: Float32Array) => Float32Array> {
  const { modelTopology, weightSpecs, weightBytes } = await nsfwjsModel();
  const model = await loadLayersModel({
    load: async () => ({
      modelTopology: modelTopology as object,
      weightSpecs,
      weightData: Uint8Array.from(weightBytes).buffer,
    }),
  });
  return (pixels) => tidy(() => (model.predict(tensor(pixels, [1, 224, 224, 3])) as Tensor).dataSync<'float32'>());
}
