import type { Build } from '../build-artifact.ts';
import { kerasToOnnx } from '../keras/keras-to-onnx.ts';
import { readWeights } from '../keras/read-weights.ts';
import { nsfwjsModel } from './nsfwjs-model.ts';

/** The MobileNetV2 of nsfwjs as ONNX. */
export const build: Build = async (onProgress) => {
  onProgress('reading the weights from the package nsfwjs');
  const { modelTopology, weightSpecs, weightBytes } = await nsfwjsModel();
  onProgress('converting the layers');
  const names = { graph: 'moderation', input: 'image', output: 'probabilities' };
  return kerasToOnnx(modelTopology, readWeights(weightSpecs, weightBytes), names).encode();
};
