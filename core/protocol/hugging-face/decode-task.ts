import { InvalidInputError } from '../../api/maas-error.ts';
import type { Decode } from '../../inference/inference-call.ts';
import type { VocabularyCache } from '../../task/text-classification/vocabulary-cache.ts';
import { decodeImageClassification } from './decode-image-classification.ts';
import { decodeTextClassification } from './decode-text-classification.ts';

/**
 * Decodes `POST /models/{model}` by the model's task, never by the content type, which clients set as they please.
 *
 * @see https://huggingface.co/docs/inference-providers/tasks/index
 */
export const decodeTask =
  (vocabularies: Pick<VocabularyCache, 'of'>): Decode =>
  async ({ body }, model) => {
    const { task } = model.manifest;
    switch (task) {
      case 'image-classification':
        return decodeImageClassification(body, model);
      case 'text-classification':
        return decodeTextClassification(body, model, await vocabularies.of(model));
      case 'tensor':
        throw new InvalidInputError(
          `model '${model.model}' has the task 'tensor' and takes no raw content; use POST /v2/models/${model.model}/infer`,
        );
    }
  };
