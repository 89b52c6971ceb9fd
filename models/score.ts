/** Quality of a classifier on one class. */
export interface ClassScore {
  readonly label: string;
  readonly samples: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** Quality of a classifier; precision, recall and F1 are means over the classes, each class counting the same (macro). */
export interface Score {
  readonly samples: number;
  readonly accuracy: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly classes: readonly ClassScore[];
}

/**
 * Scores a confusion matrix. Where nothing was predicted to be of a class its precision is 0, as scikit-learn has it.
 *
 * @param confusion counts by true class, then by predicted class
 */
export function score(labels: readonly string[], confusion: readonly (readonly number[])[]): Score {
  const at = (truth: number, guess: number): number => confusion[truth]?.[guess] ?? 0;
  const indices = labels.map((_, index) => index);
  const classes = labels.map((label, index) => {
    const right = at(index, index);
    const samples = sum(indices.map((guess) => at(index, guess)));
    const guesses = sum(indices.map((truth) => at(truth, index)));
    return {
      label,
      samples,
      precision: ratio(right, guesses),
      recall: ratio(right, samples),
      f1: ratio(2 * right, guesses + samples),
    };
  });
  const samples = sum(classes.map((one) => one.samples));
  const mean = (of: 'precision' | 'recall' | 'f1'): number => ratio(sum(classes.map((one) => one[of])), classes.length);
  return {
    samples,
    accuracy: ratio(sum(indices.map((index) => at(index, index))), samples),
    precision: mean('precision'),
    recall: mean('recall'),
    f1: mean('f1'),
    classes,
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
