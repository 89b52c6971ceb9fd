import { authorizeS3 } from '../access/authorize-s3.ts';
import { s3Error } from '../s3-error.ts';
import type { Operation } from './operation.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html: a key that is not there is deleted just as well. */
export const deleteObject: Operation = {
  parameters: [],
  run: async (state, call) => {
    const bucket = state.buckets.find(call.bucketName);
    authorizeS3(state, call, { action: 's3:DeleteObject', bucket, key: call.key });
    if (call.headers['if-match'] !== undefined) throw s3Error.notImplemented('DeleteObject with If-Match');
    await state.store.blobs.remove(state.store.objects.delete(bucket.name, call.key));
    return { status: 204 };
  },
};
