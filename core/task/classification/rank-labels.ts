/** How raw scores become the scores that are answered. */
export type ScoreFunction = 'softmax' | 'sigmoid' | 'none';

/** A class and how likely it is, or its raw score with `none`. */
export interface LabelScore {
  readonly label: string;
  readonly score: number;
}

/**
 * The best classes of one row of a model's output, highest score first; equal scores keep the order of the labels.
 *
 * @param scores one per label
 */
export function rankLabels(
  scores: ArrayLike<number>,
  labels: readonly string[],
  scoreFunction: ScoreFunction,
  topK: number,
): LabelScore[] {
  return applied(Array.from(scores), scoreFunction)
    .map((score, index) => ({ label: labels[index] ?? `LABEL_${index}`, score }))
    .toSorted((a, b) => b.score - a.score)
    .slice(0, topK);
}

function applied(scores: readonly number[], scoreFunction: ScoreFunction): readonly number[] {
  switch (scoreFunction) {
    case 'none':
      return scores;
    case 'sigmoid':
      return scores.map((score) => 1 / (1 + Math.exp(-score)));
    case 'softmax': {
      // Less the largest, so that no exponential overflows.
      const largest = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      const weights = scores.map((score) => Math.exp(score - largest));
      const sum = weights.reduce((a, b) => a + b, 0);
      return weights.map((weight) => weight / sum);
    }
  }
}
