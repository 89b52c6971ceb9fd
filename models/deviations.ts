import type { Manifest } from '../core/catalog/manifest.ts';

type Quality = Manifest['quality'];

/**
 * How far each figure may be off. Two of a thousand items are more than ONNX Runtime's kernels for different CPUs disagree by, and
 * less than another model would; so is a hundred-thousandth of a number that the model gives.
 */
const tolerances = { accuracy: 0.002, precision: 0.002, recall: 0.002, f1: 0.002, errorMax: 1e-5 } as const;
const figures = ['accuracy', 'precision', 'recall', 'f1', 'errorMax'] as const;

/** Where a measurement is not what a manifest states: one line for each figure that is too far off or missing. */
export function deviations(stated: Quality, measured: Quality): string[] {
  const lines = figures.flatMap((figure) => {
    const [said, seen] = [stated[figure], measured[figure]];
    if (said === seen) return [];
    if (said !== undefined && seen !== undefined && Math.abs(said - seen) <= tolerances[figure]) return [];
    return [`model.json states ${figure} ${said ?? 'nowhere'}, measured is ${seen ?? 'nothing'}`];
  });
  if (stated.samples === measured.samples) return lines;
  return [...lines, `model.json states ${stated.samples} samples, measured were ${measured.samples}`];
}
