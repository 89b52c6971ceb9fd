import type { Principal } from '../iam/principal.ts';
import { getObject } from './operation/get-object.ts';
import { putObject } from './operation/put-object.ts';
import type { S3Call } from './request/s3-call.ts';
import { s3Error } from './s3-error.ts';
import type { S3State } from './s3-state.ts';

/** Bucket and key of an object. */
export interface S3Place {
  readonly bucket: string;
  readonly key: string;
}

/** An object that is being read. */
export interface ReadObject {
  readonly sizeBytes: number;
  /** Without quotes. */
  readonly etag: string;
  readonly contentType: string;
  readonly content: AsyncIterable<Uint8Array>;
  /** To be called once, whether the content was read or not. */
  release(): Promise<void>;
}

/** Objects as another service of the local cloud sees them that acts for a role: with its permissions, and no more. */
export interface S3Objects {
  /** GetObject. @throws AwsError as the API does: `AccessDenied`, `NoSuchKey`, `NoSuchBucket`, … */
  get(place: S3Place): Promise<ReadObject>;
  /** PutObject. @param kmsKeyId of the object; else it is encrypted as its bucket says @throws AwsError as the API does */
  put(place: S3Place, body: Uint8Array, contentType: string, kmsKeyId?: string): Promise<void>;
}

/** The objects that a principal may read and write, by the same operations as over HTTP. */
export function objectsOf(state: S3State, principal: Principal): S3Objects {
  const call = (
    method: string,
    { bucket, key }: S3Place,
    headers: S3Call['headers'] = {},
    body: readonly Uint8Array[] = [],
  ): S3Call => ({
    method,
    bucketName: bucket,
    key,
    query: new Map(),
    headers,
    body: asStream(body),
    principal,
    authType: 'REST-HEADER',
  });
  return {
    get: async (place) => {
      const { headers = {}, body, release } = await getObject.run(state, call('GET', place));
      if (typeof body !== 'object' || release === undefined) throw s3Error.noSuchKey();
      return {
        sizeBytes: Number(headers['content-length']),
        etag: headers['etag']?.replaceAll('"', '') ?? '',
        contentType: headers['content-type'] ?? '',
        content: body,
        release,
      };
    },
    put: async (place, body, contentType, kmsKeyId) => {
      const headers = {
        'content-length': String(body.length),
        'content-type': contentType,
        ...(kmsKeyId !== undefined && {
          'x-amz-server-side-encryption': 'aws:kms',
          'x-amz-server-side-encryption-aws-kms-key-id': kmsKeyId,
        }),
      };
      await putObject.run(state, call('PUT', place, headers, [body]));
    },
  };
}

async function* asStream(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void> {
  yield* chunks;
}
