import { authorizeS3 } from '../access/authorize-s3.ts';
import { useKey } from '../access/use-key.ts';
import { readXmlBody } from '../body/read-xml-body.ts';
import { checksumAlgorithms, checksumElement, checksumHeader } from '../checksum/checksum-algorithm.ts';
import { multipartChecksum } from '../checksum/multipart-checksum.ts';
import { encryptionHeaders } from '../request/encryption-headers.ts';
import { listedParts } from '../request/listed-parts.ts';
import { objectLocation } from '../request/object-location.ts';
import type { S3Call } from '../request/s3-call.ts';
import { uploadOf } from '../request/upload-of.ts';
import { writeCondition } from '../request/write-condition.ts';
import { s3Error } from '../s3-error.ts';
import type { Blob } from '../store/blob.ts';
import { multipartEtag } from '../store/multipart-etag.ts';
import type { StoredObject } from '../store/stored-object.ts';
import { xmlDocument } from '../xml/xml-document.ts';
import type { Operation } from './operation.ts';

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html: the parts become the object as they lie, so that it
 * takes no longer for a large one.
 */
export const completeMultipartUpload: Operation = {
  parameters: ['uploadId'],
  run: async (state, call) => {
    const { key } = call;
    const { objects, uploads, blobs } = state.store;
    const bucket = state.buckets.find(call.bucketName);
    authorizeS3(state, call, { action: 's3:PutObject', bucket, key });
    if (call.headers['if-match'] !== undefined) authorizeS3(state, call, { action: 's3:GetObject', bucket, key });
    const { encryption } = uploadOf(state, call, bucket).attributes;
    useKey(state, call, 'kms:Decrypt', { bucket, key, encryption });
    const condition = writeCondition(call);
    condition.before(objects.find(bucket.name, key));
    const request = await readXmlBody(withoutObjectChecksum(call), 'CompleteMultipartUpload');

    // From here on to the commit nothing waits, so nothing else happens to the upload or the object.
    const upload = uploadOf(state, call, bucket);
    const parts = listedParts(request, upload, uploads.parts(upload.id));
    const sizeBytes = parts.reduce((sum, part) => sum + part.blob.sizeBytes, 0);
    const object: StoredObject = {
      etag: multipartEtag(parts),
      sizeBytes,
      modifiedAtMs: state.now(),
      checksum: multipartChecksum(upload.checksum, parts),
      attributes: upload.attributes,
      blobs: parts.map((part) => part.blob),
    };
    checkClaims(call, object);
    condition.atCommit(objects.find(bucket.name, key));
    const unnamed = state.store.atomically((): Blob[] => [
      ...objects.put(bucket.name, key, object),
      ...uploads.delete(upload.id).filter(({ id }) => !object.blobs.some((blob) => blob.id === id)),
    ]);
    await blobs.remove(unnamed);
    const { algorithm, type, value } = object.checksum;
    return {
      status: 200,
      headers: encryptionHeaders(encryption),
      body: xmlDocument('CompleteMultipartUploadResult', {
        Location: objectLocation(call),
        Bucket: bucket.name,
        Key: key,
        ETag: `"${object.etag}"`,
        [checksumElement(algorithm)]: value,
        ChecksumType: type,
      }),
    };
  },
};

/** Here, and here only, an `x-amz-checksum-` header is not about the body but about the object that comes of it. */
const withoutObjectChecksum = (call: S3Call): S3Call => ({
  ...call,
  headers: Object.fromEntries(Object.entries(call.headers).filter(([name]) => !name.startsWith('x-amz-checksum-'))),
});

/** Holds the object against the size and checksum that the client says it has. */
function checkClaims({ headers }: S3Call, { sizeBytes, checksum }: StoredObject): void {
  const size = headers['x-amz-mp-object-size'];
  if (size !== undefined && size !== String(sizeBytes)) {
    throw s3Error.invalidRequest(`The object has ${sizeBytes} bytes, not the ${size} of x-amz-mp-object-size.`);
  }
  const type = headers['x-amz-checksum-type'];
  if (type !== undefined && type !== checksum.type) {
    throw s3Error.invalidRequest(`The upload was created with the checksum type ${checksum.type}, not ${type}.`);
  }
  for (const algorithm of checksumAlgorithms) {
    const value = headers[checksumHeader(algorithm)];
    if (value === undefined) continue;
    if (algorithm !== checksum.algorithm || value !== checksum.value) throw s3Error.badDigest(algorithm);
  }
}
