import { createHash } from 'node:crypto';
import type { Manifest, TensorSpec } from '../manifest.ts';
import { repositoryVersion } from './repository-version.ts';

/** Folder of the artifacts bucket that the multi-model endpoint loads archives from; ends in a slash. */
export const multiModelPrefix = 'multi-model/';

/**
 * `TargetModel` of a version's archive: its key below `multiModelPrefix`. Made of all that decides what is in the archive, weights and
 * settings alike, so that one that is there is never replaced: SageMaker keeps what it has loaded and does not look whether the object has
 * changed.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/add-models-to-endpoint.html
 */
export const targetModel = (manifest: Manifest, artifactSha256: string): string =>
  `${manifest.name}/${repositoryVersion(artifactSha256)}-${settingsOf(manifest)}.tar.gz`;

const known = new WeakMap<Manifest, string>();

/** A digest of what `configPbtxt` writes down, and not of how: archives stay where they are when that changes. */
function settingsOf(manifest: Manifest): string {
  const remembered = known.get(manifest);
  if (remembered !== undefined) return remembered;
  const { target, inputs, outputs, labels = [] } = manifest;
  if (target.kind !== 'sagemaker') throw new Error(`${manifest.name} has the target ${target.kind}`);
  const { batching, instancesPerGpu } = target;
  const tensors = (specs: readonly TensorSpec[]) => specs.map(({ name, datatype, shape }) => [name, datatype, shape]);
  const settings = [batching?.rowsMax, batching?.delayUs, instancesPerGpu, tensors(inputs), tensors(outputs), labels];
  const digest = createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 12);
  known.set(manifest, digest);
  return digest;
}
