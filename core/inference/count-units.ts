import type { ModelVersion } from '../catalog/model-version.ts';
import type { UsageUnits } from '../metering/usage-event.ts';
import type { Vocabulary } from '../task/text-classification/vocabulary.ts';
import type { Tensor } from '../tensor/tensor.ts';

type Content = Pick<UsageUnits, 'items' | 'images' | 'tokens'>;

/**
 * What the input tensors hold, by the model's task. Counted on the tensors, so that a picture or a text costs the same whether it came raw
 * or prepared: items are rows of the batch, images the rows of a model that classifies pictures, tokens the ids that are no padding.
 */
export function countUnits({ manifest }: ModelVersion, inputs: readonly Tensor[], vocabulary?: Vocabulary): Content {
  const [spec] = manifest.inputs;
  const first = inputs.find(({ name }) => name === spec?.name);
  const items = spec?.shape[0] === -1 ? (first?.shape[0] ?? 0) : 1;
  return {
    items,
    images: manifest.task === 'image-classification' ? items : 0,
    tokens: vocabulary !== undefined && first !== undefined ? countTokens(first, vocabulary.paddingId) : 0,
  };
}

function countTokens({ data }: Tensor, paddingId: number): number {
  const padding = data instanceof BigInt64Array ? BigInt(paddingId) : paddingId;
  let tokens = 0;
  for (const id of data) if (id !== padding) tokens++;
  return tokens;
}
