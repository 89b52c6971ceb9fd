import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { IncomingContent } from './body/incoming-content.ts';
import type { S3Place } from './objects-of.ts';
import type { S3State } from './s3-state.ts';
import { objectBytesMax } from './store/object-bytes-max.ts';
import { writeObject } from './store/write-object.ts';

/** Native code computes it, so that a large file costs little more than its copy. */
const algorithm = 'CRC32';
const chunkBytes = 1024 * 1024;

/**
 * Puts a file of this machine into a bucket that no template declares, such as the one that the CDK's bootstrap makes for assets. One that
 * is there already, at the same key with the same size, is left as it is: the key of an asset is a hash of its content.
 */
export async function provideFile(state: S3State, { bucket, key }: S3Place, path: string): Promise<void> {
  state.buckets.put({
    name: bucket,
    arn: `arn:aws:s3:::${bucket}`,
    createdAtMs: state.store.bucketCreatedAtMs(bucket, state.now()),
    encryption: { algorithm: 'AES256' },
  });
  const { size } = await stat(path);
  if (state.store.objects.find(bucket, key)?.sizeBytes === size) return;
  const content = new IncomingContent(createReadStream(path, { highWaterMark: chunkBytes }), {
    claims: {},
    sizeBytes: size,
    sizeBytesMax: objectBytesMax,
    algorithms: [algorithm],
  });
  const attributes = {
    headers: { 'content-type': 'binary/octet-stream' },
    metadata: {},
    encryption: { algorithm: 'AES256' },
  } as const;
  const condition = { before: () => undefined, atCommit: () => undefined };
  await writeObject(state, { bucket, key, attributes, condition, content, algorithm });
}
