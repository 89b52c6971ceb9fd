import type { IncomingContent } from '../body/incoming-content.ts';
import type { ChecksumAlgorithm } from '../checksum/checksum-algorithm.ts';
import type { WriteCondition } from '../request/write-condition.ts';
import type { S3State } from '../s3-state.ts';
import type { Blob } from './blob.ts';
import { contentEtag } from './content-etag.ts';
import type { ObjectAttributes } from './object-attributes.ts';
import type { StoredObject } from './stored-object.ts';

interface ObjectWrite {
  readonly bucket: string;
  readonly key: string;
  readonly attributes: ObjectAttributes;
  readonly condition: WriteCondition;
  readonly content: IncomingContent;
  /** Of the checksum to keep. */
  readonly algorithm: ChecksumAlgorithm;
}

/**
 * Writes an object in one piece. It is there, whole, when this returns; on an error everything is as before.
 *
 * @throws AwsError of the condition or of the content
 */
export async function writeObject({ store, now }: S3State, write: ObjectWrite): Promise<StoredObject> {
  const { bucket, key, attributes, condition, content, algorithm } = write;
  condition.before(store.objects.find(bucket, key));
  const blob = await store.blobs.write(content.chunks());
  const object: StoredObject = {
    etag: contentEtag(content, attributes),
    sizeBytes: blob.sizeBytes,
    modifiedAtMs: now(),
    checksum: { algorithm, type: 'FULL_OBJECT', value: content.digest(algorithm).toString('base64') },
    attributes,
    blobs: [blob],
  };
  let replaced: readonly Blob[];
  try {
    condition.atCommit(store.objects.find(bucket, key));
    replaced = store.objects.put(bucket, key, object);
  } catch (error) {
    await store.blobs.remove([blob]);
    throw error;
  }
  await store.blobs.remove(replaced);
  return object;
}
