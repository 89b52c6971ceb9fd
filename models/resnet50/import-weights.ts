import { createHash } from 'node:crypto';
import { copyFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '../../core/catalog/manifest.ts';
import { inspectOnnx } from '../../core/catalog/onnx/inspect-onnx.ts';
import { download } from '../download.ts';
import { fileDigest } from '../file-digest.ts';
import { renameInterface } from '../onnx/rename-interface.ts';
import { readManifest } from '../read-manifest.ts';
import { sampleOutputs } from '../sample-outputs.ts';
import { writeAtomically } from '../write-atomically.ts';
import type { PublishedWeights } from './published-weights.ts';

interface Options {
  /** The model's; its manifest says what input and output are called and which sample is tried. */
  readonly folder: string;
  /** Where from: a URL, or a file that is here already. */
  readonly from: { readonly url: string } | { readonly file: string };
  readonly weights: PublishedWeights;
  readonly onProgress: (step: string) => void;
}

/**
 * Puts published weights in the place of a model's own: artifact, its recorded digest and the manifest. Nothing in the folder changes before the
 * whole file is there and is the right one, and the model answered.
 *
 * @throws Error when it cannot be fetched, or is another file than the one that was published
 */
export async function importWeights({ folder, from, weights, onProgress }: Options): Promise<void> {
  const manifest = readManifest(folder);
  const artifact = join(folder, manifest.artifact);
  const [input] = manifest.inputs;
  const [output] = manifest.outputs;
  if (input === undefined || output === undefined) throw new Error('the manifest names no input or no output');

  // Named by its content, so that only the same file is ever gone on with.
  const part = `${artifact}.${weights.sha256}.part`;
  if ('file' in from) await copyFile(from.file, part);
  else {
    onProgress(`fetching ${from.url}`);
    await download(from.url, part, { sizeBytes: weights.sizeBytes, onProgress: tenths(weights.sizeBytes, onProgress) });
  }
  onProgress('checking its SHA-256');
  const found = await fileDigest(part);
  if (found !== weights.sha256) {
    await rm(part, { force: true });
    const source = 'file' in from ? from.file : from.url;
    throw new Error(`${source} has the SHA-256 ${found}, not ${weights.sha256}: it is another file, and was not taken`);
  }

  onProgress('naming its input and output as the manifest does');
  const published = await readFile(part);
  inspectOnnx(published);
  const model = renameInterface(published, { input, output });
  onProgress('trying it with the sample, alone and in a batch');
  const outputs = await sampleOutputs(manifest, model);
  const inBatch = await sampleOutputs({ ...manifest, sample: twoRows(manifest.sample) }, model);
  for (const [at, value] of outputs[0]?.data.entries() ?? []) {
    const difference = Math.abs(Number(value) - Number(inBatch[0]?.data[at]));
    if (!(difference <= manifest.sample.tolerance)) throw new Error('the model answers otherwise in a batch of two');
  }

  onProgress('writing artifact, digest and manifest');
  const digest = createHash('sha256').update(model).digest('hex');
  // What was measured of the network that was here is not true of this one.
  const { latency: _, ...others } = manifest;
  const updated: Manifest = { ...others, ...weights.manifest, sample: { ...manifest.sample, outputs } };
  await writeAtomically(artifact, model);
  await writeAtomically(`${artifact}.sha256`, `${digest}  ${manifest.artifact}\n`);
  await writeAtomically(join(folder, 'model.json'), `${JSON.stringify(updated, null, 2)}\n`);
  await rm(part, { force: true });
}

/** The same with a second row; made of a seed, the first one stays as it was. */
const twoRows = (sample: Manifest['sample']): Manifest['sample'] => ({
  ...sample,
  inputs: sample.inputs.map((input) => ({ ...input, shape: [2, ...input.shape.slice(1)] })),
});

/** Says each tenth of a download once. */
function tenths(sizeBytes: number, onProgress: (step: string) => void): (bytes: number) => void {
  let said = 0;
  return (bytes) => {
    const tenth = Math.floor((10 * bytes) / sizeBytes);
    if (tenth > said) onProgress(`${10 * tenth} % of ${(sizeBytes / 1e6).toFixed(0)} MB`);
    said = Math.max(said, tenth);
  };
}
