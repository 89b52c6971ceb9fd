import { authorizeS3 } from '../access/authorize-s3.ts';
import { noSuchKey } from '../access/no-such-key.ts';
import { useKey } from '../access/use-key.ts';
import { IncomingContent } from '../body/incoming-content.ts';
import { type ChecksumAlgorithm, checksumAlgorithms, checksumElement } from '../checksum/checksum-algorithm.ts';
import { copySource } from '../request/copy-source.ts';
import { encryptionHeaders } from '../request/encryption-headers.ts';
import { objectAttributesOf } from '../request/object-attributes-of.ts';
import { readCondition } from '../request/read-condition.ts';
import type { S3Call } from '../request/s3-call.ts';
import { writeCondition } from '../request/write-condition.ts';
import { s3Error } from '../s3-error.ts';
import { objectBytesMax } from '../store/object-bytes-max.ts';
import { writeObject } from '../store/write-object.ts';
import { xmlDocument } from '../xml/xml-document.ts';
import type { Operation } from './operation.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html. The copy is in one piece, whatever the source was made of. */
export const copyObject: Operation = {
  parameters: [],
  run: async (state, call) => {
    const { key } = call;
    const bucket = state.buckets.find(call.bucketName);
    const source = copySource(call);
    const sourceBucket = state.buckets.find(source.bucketName);
    authorizeS3(state, call, { action: 's3:GetObject', bucket: sourceBucket, key: source.key });
    authorizeS3(state, call, { action: 's3:PutObject', bucket, key });
    const attributes = objectAttributesOf(state, call, bucket);
    const condition = writeCondition(call);
    const isReplaced = directive(call) === 'REPLACE';

    const original = state.store.objects.find(sourceBucket.name, source.key);
    if (original === undefined) throw noSuchKey(state, call, sourceBucket);
    useKey(state, call, 'kms:Decrypt', {
      bucket: sourceBucket,
      key: source.key,
      encryption: original.attributes.encryption,
    });
    useKey(state, call, 'kms:GenerateDataKey', { bucket, key, encryption: attributes.encryption });
    if (readCondition(call, original, 'x-amz-copy-source-') !== 'go on') throw s3Error.preconditionFailed();
    const isItself = source.bucketName === bucket.name && source.key === key;
    if (isItself && !isReplaced && call.headers['x-amz-server-side-encryption'] === undefined) {
      throw s3Error.invalidRequest(
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, " +
          'storage class, website redirect location or encryption attributes.',
      );
    }
    if (original.sizeBytes > objectBytesMax) {
      throw s3Error.invalidRequest(
        `The specified copy source is larger than the maximum allowable size for a copy source: ${objectBytesMax}`,
      );
    }

    const kept = chosenChecksum(call) ?? original.checksum.algorithm;
    const held = state.store.blobs.hold(original.blobs);
    try {
      const object = await writeObject(state, {
        bucket: bucket.name,
        key,
        attributes: isReplaced ? attributes : { ...original.attributes, encryption: attributes.encryption },
        condition,
        content: new IncomingContent(held.chunks(0, original.sizeBytes), {
          claims: {},
          sizeBytes: original.sizeBytes,
          sizeBytesMax: objectBytesMax,
          algorithms: [kept],
        }),
        algorithm: kept,
      });
      return {
        status: 200,
        headers: encryptionHeaders(attributes.encryption),
        body: xmlDocument('CopyObjectResult', {
          LastModified: new Date(object.modifiedAtMs).toISOString(),
          ETag: `"${object.etag}"`,
          [checksumElement(kept)]: object.checksum.value,
          ChecksumType: object.checksum.type,
        }),
      };
    } finally {
      await held.release();
    }
  },
};

function chosenChecksum({ headers }: S3Call): ChecksumAlgorithm | undefined {
  const name = headers['x-amz-checksum-algorithm']?.toUpperCase();
  const algorithm = checksumAlgorithms.find((known) => known === name);
  if (name !== undefined && algorithm === undefined) throw s3Error.notImplemented(`The checksum algorithm ${name}`);
  return algorithm;
}

function directive({ headers }: S3Call): 'COPY' | 'REPLACE' {
  const value = headers['x-amz-metadata-directive'] ?? 'COPY';
  if (value !== 'COPY' && value !== 'REPLACE') throw s3Error.invalidArgument(`Unknown metadata directive: ${value}`);
  return value;
}
