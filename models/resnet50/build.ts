import type { Build } from '../build-artifact.ts';
import { resnet50 } from './architecture.ts';
import { residualNetwork } from './residual-network.ts';
import { seededWeights } from './seeded-weights.ts';

/** ResNet-50 with weights of a seed: as large and as fast as the trained one, and knows nothing. */
export const build: Build = async (onProgress) => {
  onProgress('making 25.5 million weights');
  const graph = residualNetwork(resnet50, seededWeights(50));
  onProgress('encoding the model');
  return graph.encode();
};
