import { open } from 'node:fs/promises';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** A file that was written and is to be stored. */
export interface StoredFile {
  readonly path: string;
  readonly bytes: number;
  /** In hexadecimal. */
  readonly sha256: string;
}

/**
 * Stores a file as an object. S3 refuses other bytes than the digest says; a bucket with object lock wants a checksum anyway. Needs
 * `s3:PutObject`.
 *
 * @param more `IfNoneMatch: '*'` for one that must not be there yet
 */
export async function putFile(
  client: S3Client,
  { bucket, key }: { readonly bucket: string; readonly key: string },
  { path, bytes, sha256 }: StoredFile,
  contentType: string,
  more: { readonly Metadata?: Record<string, string>; readonly IfNoneMatch?: '*' } = {},
): Promise<void> {
  // Open before the call and closed after it: a stream that opens by itself would fail, heard by nobody, where the call fails at once and
  // the file is removed.
  const file = await open(path);
  try {
    await client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: file.createReadStream(),
        ContentLength: bytes,
        ContentType: contentType,
        ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
        ...more,
      }),
    );
  } finally {
    await file.close();
  }
}
