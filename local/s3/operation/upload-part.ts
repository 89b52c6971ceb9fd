import { authorizeS3 } from '../access/authorize-s3.ts';
import { useKey } from '../access/use-key.ts';
import { contentClaims } from '../body/content-claims.ts';
import { requestContent } from '../body/request-content.ts';
import { checksumHeader } from '../checksum/checksum-algorithm.ts';
import { encryptionHeaders } from '../request/encryption-headers.ts';
import { uploadOf } from '../request/upload-of.ts';
import { wholeNumber } from '../request/whole-number.ts';
import { s3Error } from '../s3-error.ts';
import type { Blob } from '../store/blob.ts';
import { contentEtag } from '../store/content-etag.ts';
import { objectBytesMax } from '../store/object-bytes-max.ts';
import type { Operation } from './operation.ts';

const partNumberMax = 10_000;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html */
export const uploadPart: Operation = {
  parameters: ['uploadId', 'partNumber'],
  run: async (state, call) => {
    const { key } = call;
    const { uploads, blobs } = state.store;
    const bucket = state.buckets.find(call.bucketName);
    authorizeS3(state, call, { action: 's3:PutObject', bucket, key });
    const number = wholeNumber(call.query, 'partNumber', 1, partNumberMax);
    if (number === undefined) throw s3Error.invalidArgument('UploadPart needs a partNumber.');
    const { id, attributes, checksum } = uploadOf(state, call, bucket);
    const { encryption } = attributes;
    // Parts are read again, decrypted, when they are put together.
    useKey(state, call, 'kms:GenerateDataKey', { bucket, key, encryption });
    useKey(state, call, 'kms:Decrypt', { bucket, key, encryption });

    const sent = contentClaims(call.headers).checksum?.algorithm;
    if (checksum.chosen && sent !== undefined && sent !== checksum.algorithm) {
      throw s3Error.invalidRequest(
        `Checksum Type mismatch occurred, expected checksum Type: ${checksum.algorithm}, actual checksum Type: ${sent}`,
      );
    }
    const algorithms = [...new Set([checksum.algorithm, sent ?? checksum.algorithm])];
    const content = requestContent(call, objectBytesMax, algorithms);
    const blob = await blobs.write(content.chunks());
    const part = {
      number,
      etag: contentEtag(content, attributes),
      modifiedAtMs: state.now(),
      checksums: Object.fromEntries(algorithms.map((name) => [name, content.digest(name).toString('base64')])),
      blob,
    };
    let replaced: readonly Blob[];
    try {
      // It may have been completed or aborted while this part was on its way.
      uploadOf(state, call, bucket);
      replaced = uploads.putPart(id, part);
    } catch (error) {
      await blobs.remove([blob]);
      throw error;
    }
    await blobs.remove(replaced);
    return {
      status: 200,
      headers: {
        etag: `"${part.etag}"`,
        ...(sent && { [checksumHeader(sent)]: content.digest(sent).toString('base64') }),
        ...encryptionHeaders(encryption),
      },
    };
  },
};
