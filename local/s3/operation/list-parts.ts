import { authorizeS3 } from '../access/authorize-s3.ts';
import { checksumElement } from '../checksum/checksum-algorithm.ts';
import { ownerId } from '../request/owner-id.ts';
import { uploadOf } from '../request/upload-of.ts';
import { wholeNumber } from '../request/whole-number.ts';
import { xmlDocument } from '../xml/xml-document.ts';
import type { Operation } from './operation.ts';

const pageMax = 1000;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html */
export const listParts: Operation = {
  parameters: ['uploadId', 'max-parts', 'part-number-marker'],
  run: (state, call) => {
    const bucket = state.buckets.find(call.bucketName);
    authorizeS3(state, call, { action: 's3:ListMultipartUploadParts', bucket, key: call.key });
    const { id, checksum } = uploadOf(state, call, bucket);
    const marker = wholeNumber(call.query, 'part-number-marker', 0, 2 ** 31 - 1) ?? 0;
    const partsMax = Math.min(wholeNumber(call.query, 'max-parts', 0, 2 ** 31 - 1) ?? pageMax, pageMax);
    const found = state.store.uploads.parts(id, marker, partsMax + 1);
    const parts = found.slice(0, partsMax);
    const owner = { ID: ownerId(state.account) };
    return {
      status: 200,
      body: xmlDocument('ListPartsResult', {
        Bucket: bucket.name,
        Key: call.key,
        UploadId: id,
        PartNumberMarker: marker,
        NextPartNumberMarker: parts.at(-1)?.number ?? 0,
        MaxParts: partsMax,
        IsTruncated: found.length > parts.length,
        Part: parts.map((part) => ({
          PartNumber: part.number,
          LastModified: new Date(part.modifiedAtMs).toISOString(),
          ETag: `"${part.etag}"`,
          Size: part.blob.sizeBytes,
          [checksumElement(checksum.algorithm)]: checksum.chosen ? part.checksums[checksum.algorithm] : undefined,
        })),
        Initiator: owner,
        Owner: owner,
        StorageClass: 'STANDARD',
        ChecksumAlgorithm: checksum.chosen ? checksum.algorithm : undefined,
        ChecksumType: checksum.chosen ? checksum.type : undefined,
      }),
    };
  },
};
