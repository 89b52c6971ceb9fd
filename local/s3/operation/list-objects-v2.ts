import { authorizeS3 } from '../access/authorize-s3.ts';
import { ownerId } from '../request/owner-id.ts';
import { wholeNumber } from '../request/whole-number.ts';
import { s3Error } from '../s3-error.ts';
import { listObjects } from '../store/list-objects.ts';
import { xmlDocument } from '../xml/xml-document.ts';
import type { Operation } from './operation.ts';

const pageMax = 1000;
const tokenCharactersMax = 2048;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export const listObjectsV2: Operation = {
  parameters: [
    'list-type',
    'prefix',
    'delimiter',
    'start-after',
    'continuation-token',
    'max-keys',
    'encoding-type',
    'fetch-owner',
  ],
  run: (state, call) => {
    const { query } = call;
    const bucket = state.buckets.find(call.bucketName);
    const prefix = query.get('prefix') ?? '';
    const delimiter = query.get('delimiter') ?? '';
    const maxKeys = wholeNumber(query, 'max-keys', 0, 2 ** 31 - 1) ?? pageMax;
    authorizeS3(state, call, {
      action: 's3:ListBucket',
      bucket,
      context: {
        ...(query.has('prefix') && { 's3:prefix': prefix }),
        ...(query.has('delimiter') && { 's3:delimiter': delimiter }),
        ...(query.has('max-keys') && { 's3:max-keys': String(maxKeys) }),
      },
    });
    const encoding = query.get('encoding-type');
    if (encoding !== undefined && encoding !== 'url')
      throw s3Error.invalidArgument('Invalid Encoding Method specified in Request');
    const encode = encoding === 'url' ? urlEncode : (text: string) => text;

    const token = query.get('continuation-token');
    const startAfter = query.get('start-after');
    const entriesMax = Math.min(maxKeys, pageMax);
    const { objects, commonPrefixes, next } =
      entriesMax === 0
        ? { objects: [], commonPrefixes: [] }
        : listObjects(state.store.objects, {
            bucket: bucket.name,
            prefix,
            delimiter,
            from: token === undefined ? behind(startAfter) : parseToken(token),
            entriesMax,
          });
    return {
      status: 200,
      body: xmlDocument('ListBucketResult', {
        Name: bucket.name,
        Prefix: encode(prefix),
        Delimiter: delimiter === '' ? undefined : encode(delimiter),
        MaxKeys: entriesMax,
        EncodingType: encoding,
        KeyCount: objects.length + commonPrefixes.length,
        IsTruncated: next !== undefined,
        ContinuationToken: token,
        NextContinuationToken: next?.toString('base64url'),
        StartAfter: startAfter === undefined ? undefined : encode(startAfter),
        Contents: objects.map((object) => ({
          Key: encode(object.key.toString()),
          LastModified: new Date(object.modifiedAtMs).toISOString(),
          ETag: `"${object.etag}"`,
          ChecksumAlgorithm: object.checksum.algorithm,
          ChecksumType: object.checksum.type,
          Size: object.sizeBytes,
          Owner: query.get('fetch-owner') === 'true' ? { ID: ownerId(state.account) } : undefined,
          StorageClass: 'STANDARD',
        })),
        CommonPrefixes: commonPrefixes.map((common) => ({ Prefix: encode(common) })),
      }),
    };
  },
};

/** The first key behind this one is this one and a NUL. */
const behind = (key: string | undefined): Buffer =>
  key === undefined ? Buffer.alloc(0) : Buffer.concat([Buffer.from(key), Buffer.of(0)]);

/** A token is the key at which the page starts. It gives away no more than the listing itself, so it needs no signature. */
function parseToken(token: string): Buffer {
  const key = Buffer.from(token, 'base64url');
  if (token === '' || token.length > tokenCharactersMax || key.toString('base64url') !== token) {
    throw s3Error.invalidArgument('The continuation token provided is incorrect');
  }
  return key;
}

/** As S3 does it for `encoding-type=url`: like a form field, but with `/` left as it is. */
const urlEncode = (text: string): string => encodeURIComponent(text).replaceAll('%20', '+').replaceAll('%2F', '/');
