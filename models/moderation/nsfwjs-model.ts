import { MobileNetV2Model } from 'nsfwjs/models/mobilenet_v2';
import * as z from 'zod';
import { weightSpecsSchema } from '../keras/read-weights.ts';

const modelJsonSchema = z.object({
  modelTopology: z.unknown(),
  weightsManifest: z.tuple([z.object({ weights: weightSpecsSchema })]),
});

/** The MobileNetV2 in the package nsfwjs, as it is: Keras layers in the form of TensorFlow.js, weights as 8-bit integers. */
export async function nsfwjsModel(): Promise<{
  readonly modelTopology: unknown;
  readonly weightSpecs: z.infer<typeof weightSpecsSchema>;
  readonly weightBytes: Uint8Array;
}> {
  const { modelTopology, weightsManifest } = modelJsonSchema.parse((await MobileNetV2Model.modelJson()).default);
  const [loadShard] = MobileNetV2Model.weightBundles;
  if (loadShard === undefined) throw new Error('the package nsfwjs has no weights for MobileNetV2');
  const weightBytes = Buffer.from(z.string().parse((await loadShard()).default), 'base64');
  return { modelTopology, weightSpecs: weightsManifest[0].weights, weightBytes };
}
