import { authorizeS3 } from '../access/authorize-s3.ts';
import { useKey } from '../access/use-key.ts';
import { contentClaims } from '../body/content-claims.ts';
import { requestContent } from '../body/request-content.ts';
import { checksumHeaders } from '../request/checksum-headers.ts';
import { encryptionHeaders } from '../request/encryption-headers.ts';
import { objectAttributesOf } from '../request/object-attributes-of.ts';
import { writeCondition } from '../request/write-condition.ts';
import { objectBytesMax } from '../store/object-bytes-max.ts';
import { writeObject } from '../store/write-object.ts';
import type { Operation } from './operation.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export const putObject: Operation = {
  parameters: [],
  run: async (state, call) => {
    const { key } = call;
    const bucket = state.buckets.find(call.bucketName);
    authorizeS3(state, call, { action: 's3:PutObject', bucket, key });
    // To compare with an object is to learn about it.
    if (call.headers['if-match'] !== undefined) authorizeS3(state, call, { action: 's3:GetObject', bucket, key });
    const attributes = objectAttributesOf(state, call, bucket);
    const condition = writeCondition(call);
    useKey(state, call, 'kms:GenerateDataKey', { bucket, key, encryption: attributes.encryption });
    const algorithm = contentClaims(call.headers).checksum?.algorithm ?? 'CRC64NVME';
    const content = requestContent(call, objectBytesMax, [algorithm]);
    const object = await writeObject(state, { bucket: bucket.name, key, attributes, condition, content, algorithm });
    return {
      status: 200,
      headers: {
        etag: `"${object.etag}"`,
        ...checksumHeaders(object.checksum),
        ...encryptionHeaders(attributes.encryption),
      },
    };
  },
};
