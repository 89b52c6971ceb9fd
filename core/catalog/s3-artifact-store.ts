import { createHash } from 'node:crypto';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { artifactKey } from './artifact-key.ts';
import type { ArtifactStore } from './artifact-store.ts';
import type { ArtifactFile } from './model-version.ts';

/**
 * Reads artifacts from the bucket and proves each by its digest: whoever could write to the bucket still could not change what runs.
 * Needs `s3:GetObject` on `sha256/*`.
 */
export class S3ArtifactStore implements ArtifactStore {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucketName: string) {
    this.#client = client;
    this.#bucket = bucketName;
  }

  async read({ sha256, sizeBytes }: ArtifactFile): Promise<Uint8Array> {
    const { Body, ContentLength } = await this.#client.send(
      new GetObjectCommand({ Bucket: this.#bucket, Key: artifactKey(sha256) }),
    );
    // Before its bytes are taken in: an object of another size is not the artifact, however large it is.
    if (Body === undefined || ContentLength !== sizeBytes) {
      throw new Error(`artifact ${sha256} has ${ContentLength} bytes in the bucket, ${sizeBytes} in the catalogue`);
    }
    const bytes = await Body.transformToByteArray();
    const digest = createHash('sha256').update(bytes).digest('hex');
    if (digest !== sha256) throw new Error(`artifact ${sha256} has the digest ${digest}`);
    return bytes;
  }
}
