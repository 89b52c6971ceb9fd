import { authorizeS3 } from '../access/authorize-s3.ts';
import type { Operation } from './operation.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html */
export const headBucket: Operation = {
  parameters: [],
  run: (state, call) => {
    const bucket = state.buckets.find(call.bucketName);
    authorizeS3(state, call, { action: 's3:ListBucket', bucket });
    return { status: 200, headers: { 'x-amz-bucket-region': state.region, 'content-type': 'application/xml' } };
  },
};
