import { GetObjectCommand, HeadObjectCommand, NotFound, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { artifactKey } from './artifact-key.ts';
import type { ArtifactTransfer, ArtifactUpload } from './artifact-transfer.ts';
import type { ArtifactFile } from './model-version.ts';

/** Time to begin an upload in; S3 looks at it when the request arrives. */
const uploadSeconds = 900;

/**
 * `ArtifactTransfer` by presigned S3 URLs. They carry the permissions of whoever signs: `s3:GetObject` and `s3:PutObject` on the
 * bucket's objects. `storedBytes` needs `s3:ListBucket` too, or S3 answers 403 and not 404 for a file that is not there.
 */
export class S3ArtifactTransfer implements ArtifactTransfer {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async storedBytes(sha256: string): Promise<number | undefined> {
    try {
      const { ContentLength } = await this.#client.send(
        new HeadObjectCommand({ Bucket: this.#bucket, Key: artifactKey(sha256) }),
      );
      return ContentLength;
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  }

  /**
   * Length and digest are signed headers, so S3 refuses a request that declares others (403) and a body that does not match them
   * (400 BadDigest). The digest must not be hoisted into the URL's query, where S3 does not look for it.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
   */
  async upload({ sha256, sizeBytes }: ArtifactFile): Promise<ArtifactUpload> {
    const digest = Buffer.from(sha256, 'hex').toString('base64');
    const url = await getSignedUrl(
      this.#client,
      new PutObjectCommand({
        Bucket: this.#bucket,
        Key: artifactKey(sha256),
        ContentLength: sizeBytes,
        ChecksumSHA256: digest,
      }),
      { expiresIn: uploadSeconds, unhoistableHeaders: new Set(['x-amz-checksum-sha256']) },
    );
    return { url, headers: { 'content-length': String(sizeBytes), 'x-amz-checksum-sha256': digest } };
  }

  downloadUrl({ sha256 }: ArtifactFile, validSeconds: number): Promise<string> {
    return getSignedUrl(this.#client, new GetObjectCommand({ Bucket: this.#bucket, Key: artifactKey(sha256) }), {
      expiresIn: validSeconds,
    });
  }
}
