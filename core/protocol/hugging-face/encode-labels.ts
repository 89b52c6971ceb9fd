import type { ModelVersion } from '../../catalog/model-version.ts';
import type { Answer } from '../../inference/inference-call.ts';
import { rankLabels } from '../../task/classification/rank-labels.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { ClassificationParameters } from './read-task-body.ts';

/**
 * Renders scores as `[{"label", "score"}, …]`, best first.
 *
 * @param shape `row` for the list of the only row, `rows` for a list of such lists, as each task's clients expect
 */
export function encodeLabels(
  { model, manifest }: ModelVersion,
  outputs: readonly Tensor[],
  { topK, scoreFunction = manifest.scores === 'logits' ? 'softmax' : 'none' }: ClassificationParameters,
  shape: 'row' | 'rows',
): Answer {
  const scores = outputs[0]?.data;
  const labels = manifest.labels ?? [];
  if (!(scores instanceof Float32Array || scores instanceof Float64Array) || scores.length % labels.length !== 0) {
    throw new Error(`${model}: the first output does not hold one score for each of ${labels.length} labels`);
  }
  const rows = Array.from({ length: scores.length / labels.length }, (_, row) =>
    rankLabels(scores.subarray(row * labels.length, (row + 1) * labels.length), labels, scoreFunction, topK),
  );
  return {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(shape === 'row' ? rows[0] : rows),
  };
}
