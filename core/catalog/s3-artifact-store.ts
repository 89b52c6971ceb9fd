import { createHash } from 'node:crypto';
import type { S3Bucket } from '../aws/s3-bucket.ts';
import { artifactKey } from './artifact-key.ts';
import type { ArtifactStore } from './artifact-store.ts';
import type { ArtifactFile } from './model-version.ts';

/**
 * Reads artifacts from the bucket and proves each by its digest: whoever could write to the bucket still could not change what runs.
 * Needs `s3:GetObject` on `sha256/*`.
 */
export class S3ArtifactStore implements ArtifactStore {
  readonly #bucket: Pick<S3Bucket, 'get'>;

  constructor(bucket: Pick<S3Bucket, 'get'>) {
    this.#bucket = bucket;
  }

  async read({ sha256, sizeBytes }: ArtifactFile): Promise<Uint8Array> {
    const bytes = await this.#bucket.get(artifactKey(sha256), sizeBytes);
    const digest = createHash('sha256').update(bytes).digest('hex');
    if (digest !== sha256) throw new Error(`artifact ${sha256} has the digest ${digest}`);
    return bytes;
  }
}
