import type { Manifest } from '../manifest.ts';
import type { ArtifactFile } from '../model-version.ts';
import { configPbtxt, labelsFile } from './config-pbtxt.ts';
import { repositoryVersion } from './repository-version.ts';
import { storedGzip, storedGzipBytes } from './stored-gzip.ts';
import { type TarEntry, tar, tarBytes } from './tar.ts';

/** Bytes of which the number is known before the first of them. */
export interface ArchiveStream {
  readonly sizeBytes: number;
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * The archive of a model as SageMaker hands it to Triton, a gzipped tar with the model's folder at its top: the same bytes whenever and
 * wherever it is made of the same manifest and weights.
 *
 * ```
 * <model>/<number made of the weights' digest>/model.onnx
 * <model>/config.pbtxt
 * <model>/labels.txt       where the manifest has labels
 * ```
 *
 * @param content the artifact's bytes
 * @throws Error as `configPbtxt`; while iterating, when there are not as many bytes as the artifact should have
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/deploy-models-frameworks-triton.html
 */
export function archiveStream(manifest: Manifest, artifact: ArtifactFile, content: TarEntry['content']): ArchiveStream {
  const { name, labels } = manifest;
  const folder = `${name}/${repositoryVersion(artifact.sha256)}`;
  const entries: readonly TarEntry[] = [
    written(`${name}/`, ''),
    written(`${folder}/`, ''),
    { name: `${folder}/model.onnx`, sizeBytes: artifact.sizeBytes, content },
    written(`${name}/config.pbtxt`, configPbtxt(manifest)),
    ...(labels === undefined ? [] : [written(`${name}/${labelsFile}`, labels.map((label) => `${label}\n`).join(''))]),
  ];
  return { sizeBytes: storedGzipBytes(tarBytes(entries)), content: storedGzip(tar(entries)) };
}

function written(name: string, text: string): TarEntry {
  const bytes = Buffer.from(text);
  return { name, sizeBytes: bytes.length, content: [bytes] };
}
