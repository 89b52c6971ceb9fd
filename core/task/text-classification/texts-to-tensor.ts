import type { TensorSpec, TextPreprocessing } from '../../catalog/manifest.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { tokenize } from './tokenize.ts';
import type { Vocabulary } from './vocabulary.ts';

/** The model's input for some texts: one row of token ids each, padded at the end to the manifest's `length`. */
export function textsToTensor(
  texts: readonly string[],
  { name, datatype }: TensorSpec,
  preprocessing: TextPreprocessing,
  vocabulary: Vocabulary,
): Tensor {
  const { length } = preprocessing;
  const ids = new Int32Array(texts.length * length).fill(vocabulary.paddingId);
  for (const [row, text] of texts.entries()) ids.set(tokenize(text, preprocessing, vocabulary), row * length);
  const data = datatype === 'INT64' ? BigInt64Array.from(ids, BigInt) : ids;
  return { name, datatype, shape: [texts.length, length], data };
}
