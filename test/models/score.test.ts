import { expect, test } from 'vitest';
import { score } from '../../models/score.ts';

test('precision, recall and F1 are those of the confusion matrix, the means counting each class the same', () => {
  const { samples, accuracy, precision, recall, f1, classes } = score(
    ['cat', 'dog'],
    [
      [8, 2],
      [1, 4],
    ],
  );
  expect(samples).toBe(15);
  expect(accuracy).toBeCloseTo(12 / 15, 12);
  expect(classes[0]).toEqual({ label: 'cat', samples: 10, precision: 8 / 9, recall: 0.8, f1: 16 / 19 });
  expect(classes[1]).toEqual({ label: 'dog', samples: 5, precision: 4 / 6, recall: 0.8, f1: 8 / 11 });
  expect(precision).toBeCloseTo((8 / 9 + 4 / 6) / 2, 12);
  expect(recall).toBeCloseTo(0.8, 12);
  expect(f1).toBeCloseTo((16 / 19 + 8 / 11) / 2, 12);
});

test('a class that is never predicted has precision 0, and a class without items recall 0', () => {
  const { classes } = score(
    ['seen', 'never predicted', 'absent'],
    [
      [3, 0, 0],
      [2, 0, 0],
      [0, 0, 0],
    ],
  );
  expect(classes.map((one) => one.precision)).toEqual([0.6, 0, 0]);
  expect(classes.map((one) => one.recall)).toEqual([1, 0, 0]);
  expect(classes.map((one) => one.f1)).toEqual([0.75, 0, 0]);
});
