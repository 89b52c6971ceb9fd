import { InvalidInputError } from '../../api/maas-error.ts';
import type { ModelVersion } from '../../catalog/model-version.ts';
import { quoted } from '../../tensor/quoted.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/**
 * Refuses what Triton would, before it is sent there: a model that is batched takes from one row up to the most that its batches have.
 * Triton would name the model as its endpoint does, which on a shared one is no name that a tenant knows.
 *
 * @throws {InvalidInputError}
 */
export function checkRows({ model, manifest: { target } }: ModelVersion, inputs: readonly Tensor[]): void {
  if (target.kind !== 'sagemaker' || target.batching === undefined) return;
  const { rowsMax } = target.batching;
  for (const { name, shape } of inputs) {
    const [rows = 0] = shape;
    if (rows >= 1 && rows <= rowsMax) continue;
    throw new InvalidInputError(
      `input ${quoted(name)} has ${rows} rows, but model '${model}' takes 1 to ${rowsMax} a call`,
    );
  }
}
