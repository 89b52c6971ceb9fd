import { authorizeS3 } from '../access/authorize-s3.ts';
import { uploadOf } from '../request/upload-of.ts';
import type { Operation } from './operation.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html */
export const abortMultipartUpload: Operation = {
  parameters: ['uploadId'],
  run: async (state, call) => {
    const bucket = state.buckets.find(call.bucketName);
    authorizeS3(state, call, { action: 's3:AbortMultipartUpload', bucket, key: call.key });
    const { id } = uploadOf(state, call, bucket);
    await state.store.blobs.remove(state.store.uploads.delete(id));
    return { status: 204 };
  },
};
