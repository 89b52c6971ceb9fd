import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Manifest } from '../core/catalog/manifest.ts';
import { type ClassScore, score } from './score.ts';
import type { TestSplit } from './test-split.ts';

/** What `quality` in a manifest says, and what it is made of. */
export interface Measurement {
  readonly quality: Manifest['quality'];
  readonly classes: readonly ClassScore[];
  /** Counts by true class, then by predicted class; empty for a regression. */
  readonly confusion: readonly (readonly number[])[];
}

/**
 * Runs a model over its test split in ONNX Runtime, on one thread: the figures then do not depend on the machine's cores.
 *
 * @param artifact path of the `.onnx` file
 * @param onProgress called with the number of items done after each batch
 */
export async function measure(
  { inputs: [input], outputs: [output], labels = [] }: Manifest,
  artifact: string,
  split: TestSplit,
  onProgress: (done: number) => void,
): Promise<Measurement> {
  if (input === undefined || output === undefined) throw new Error('the manifest names no input or no output');
  const session = await InferenceSession.create(artifact, { intraOpNumThreads: 1 });
  const confusion = labels.map(() => labels.map(() => 0));
  let errorMax = 0;
  let done = 0;
  for (const { data, truth } of split.batches()) {
    const shape = [truth.length, ...input.shape.slice(1)];
    const feed = data instanceof Float32Array ? new Tensor('float32', data, shape) : new Tensor('int64', data, shape);
    const values = (await session.run({ [input.name]: feed }))[output.name]?.data as Float32Array;
    const width = values.length / truth.length;
    for (const [row, expected] of truth.entries()) {
      const answer = values.subarray(row * width, (row + 1) * width);
      if (labels.length === 0) {
        errorMax = Math.max(errorMax, Math.abs((answer[0] ?? Number.NaN) - expected));
      } else {
        const counts = confusion[expected];
        const guess = answer.indexOf(Math.max(...answer));
        if (counts?.[guess] === undefined)
          throw new Error(`the data has class ${expected}, the manifest has no such label`);
        counts[guess]++;
      }
    }
    done += truth.length;
    onProgress(done);
  }
  const about = { dataset: split.dataset, samples: done };
  if (labels.length === 0) return { quality: { ...about, errorMax }, classes: [], confusion };
  const { classes, accuracy, precision, recall, f1 } = score(labels, confusion);
  const rounded = (value: number): number => Number(value.toFixed(4));
  return {
    quality: {
      ...about,
      accuracy: rounded(accuracy),
      precision: rounded(precision),
      recall: rounded(recall),
      f1: rounded(f1),
    },
    classes,
    confusion,
  };
}
