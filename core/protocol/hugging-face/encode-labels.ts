import type { ModelVersion } from '../../catalog/model-version.ts';
import type { Answer } from '../../inference/inference-call.ts';
import { rollingOut } from '../../inference/rolling-out.ts';
import { rankLabels } from '../../task/classification/rank-labels.ts';
import { preparedAlike } from '../../task/prepared-alike.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { ClassificationParameters } from './read-task-body.ts';

/**
 * Renders scores as `[{"label", "score"}, …]`, best first, with the labels of the version that they come from.
 *
 * @param asked the version that the content was prepared for
 * @param answeredBy another one may have answered, while it is rolled out
 * @param shape `row` for the list of the only row, `rows` for a list of such lists, as each task's clients expect
 * @throws {UnavailableError} what answered takes other content than it was given
 */
export function encodeLabels(
  asked: ModelVersion,
  answeredBy: ModelVersion,
  outputs: readonly Tensor[],
  { topK, scoreFunction }: ClassificationParameters,
  shape: 'row' | 'rows',
): Answer {
  if (!preparedAlike(asked, answeredBy)) {
    throw rollingOut(
      asked,
      `content was prepared for version ${asked.version}, and version ${answeredBy.version} answered, which wants it prepared otherwise`,
    );
  }
  const { model, manifest } = answeredBy;
  const applied = scoreFunction ?? (manifest.scores === 'logits' ? 'softmax' : 'none');
  const scores = outputs[0]?.data;
  const labels = manifest.labels ?? [];
  if (
    !(scores instanceof Float32Array || scores instanceof Float64Array) ||
    scores.length === 0 ||
    scores.length % labels.length !== 0
  ) {
    throw new Error(`${model}: the first output does not hold one score for each of ${labels.length} labels`);
  }
  const rows = Array.from({ length: scores.length / labels.length }, (_, row) =>
    rankLabels(scores.subarray(row * labels.length, (row + 1) * labels.length), labels, applied, topK),
  );
  return {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(shape === 'row' ? rows[0] : rows),
  };
}
