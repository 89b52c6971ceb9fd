import { randomBytes } from 'node:crypto';
import { authorizeS3 } from '../access/authorize-s3.ts';
import { useKey } from '../access/use-key.ts';
import { encryptionHeaders } from '../request/encryption-headers.ts';
import { objectAttributesOf } from '../request/object-attributes-of.ts';
import { uploadChecksum } from '../request/upload-checksum.ts';
import { xmlDocument } from '../xml/xml-document.ts';
import type { Operation } from './operation.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
export const createMultipartUpload: Operation = {
  parameters: ['uploads'],
  run: (state, call) => {
    const { key } = call;
    const bucket = state.buckets.find(call.bucketName);
    authorizeS3(state, call, { action: 's3:PutObject', bucket, key });
    const attributes = objectAttributesOf(state, call, bucket);
    const checksum = uploadChecksum(call);
    useKey(state, call, 'kms:GenerateDataKey', { bucket, key, encryption: attributes.encryption });
    const id = randomBytes(48).toString('base64url');
    state.store.uploads.create({ id, bucket: bucket.name, key, attributes, checksum });
    return {
      status: 200,
      headers: {
        ...encryptionHeaders(attributes.encryption),
        ...(checksum.chosen && {
          'x-amz-checksum-algorithm': checksum.algorithm,
          'x-amz-checksum-type': checksum.type,
        }),
      },
      body: xmlDocument('InitiateMultipartUploadResult', { Bucket: bucket.name, Key: key, UploadId: id }),
    };
  },
};
