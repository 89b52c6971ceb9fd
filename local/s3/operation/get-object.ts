import { authorizeS3 } from '../access/authorize-s3.ts';
import { noSuchKey } from '../access/no-such-key.ts';
import { useKey } from '../access/use-key.ts';
import { byteRange } from '../request/byte-range.ts';
import { checksumHeaders } from '../request/checksum-headers.ts';
import { headerText } from '../request/header-text.ts';
import { matchesEtag } from '../request/matches-etag.ts';
import { objectHeaders } from '../request/object-headers.ts';
import { readCondition } from '../request/read-condition.ts';
import type { S3Call } from '../request/s3-call.ts';
import { s3Error } from '../s3-error.ts';
import type { Operation } from './operation.ts';

const overridable = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];
const overrideParameter = (header: string): string => `response-${header}`;

/**
 * GetObject and HeadObject: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html,
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
export const getObject: Operation = {
  parameters: overridable.map(overrideParameter),
  run: (state, call) => {
    const { key, headers } = call;
    const bucket = state.buckets.find(call.bucketName);
    authorizeS3(state, call, { action: 's3:GetObject', bucket, key });
    const object = state.store.objects.find(bucket.name, key);
    if (object === undefined) throw noSuchKey(state, call, bucket);
    const withChecksum = headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED';
    // The description of an object is not encrypted, its checksum is.
    if (call.method === 'GET' || withChecksum) {
      useKey(state, call, 'kms:Decrypt', { bucket, key, encryption: object.attributes.encryption });
    }
    const condition = readCondition(call, object);
    if (condition === 'failed') throw s3Error.preconditionFailed();
    const description = { ...objectHeaders(object), ...overrides(call) };
    if (condition === 'not modified') return { status: 304, headers: description };

    const { 'if-range': ifRange } = headers;
    const isSame = ifRange === undefined || matchesEtag(ifRange, object.etag);
    const range = isSame ? byteRange(headers['range'], object.sizeBytes) : undefined;
    const { fromByte, lengthBytes } = range ?? { fromByte: 0, lengthBytes: object.sizeBytes };
    const answer = {
      status: range === undefined ? 200 : 206,
      headers: {
        ...description,
        // Of the whole object, so it would not fit a part of it.
        ...(withChecksum && range === undefined && checksumHeaders(object.checksum)),
        ...(range && { 'content-range': `bytes ${fromByte}-${fromByte + lengthBytes - 1}/${object.sizeBytes}` }),
        'content-length': String(lengthBytes),
      },
    };
    if (call.method === 'HEAD') return answer;
    const content = state.store.blobs.hold(object.blobs);
    return { ...answer, body: content.chunks(fromByte, lengthBytes), release: () => content.release() };
  },
};

function overrides({ query }: S3Call): Record<string, string> {
  return Object.fromEntries(
    overridable.flatMap((header) => {
      const value = query.get(overrideParameter(header));
      return value === undefined ? [] : [[header, headerText(value)]];
    }),
  );
}
