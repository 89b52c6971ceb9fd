import { createHash } from 'node:crypto';
import type { Manifest } from '../manifest.ts';
import { archiveStream } from './archive-stream.ts';

/**
 * The archive of `archiveStream` in memory.
 *
 * @param files by the names that the manifest uses; only the artifact goes in, since vocabularies are used before the model is asked
 * @throws Error as `configPbtxt`, and when the artifact is missing
 */
export async function modelArchive(
  manifest: Manifest,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<Uint8Array<ArrayBuffer>> {
  const artifact = files.get(manifest.artifact);
  if (artifact === undefined) throw new Error(`${manifest.name} lacks its file ${manifest.artifact}`);
  const sha256 = createHash('sha256').update(artifact).digest('hex');
  const { sizeBytes, content } = archiveStream(manifest, { sha256, sizeBytes: artifact.length }, [artifact]);
  const archive = new Uint8Array(sizeBytes);
  let at = 0;
  for await (const chunk of content) {
    archive.set(chunk, at);
    at += chunk.length;
  }
  return archive;
}
