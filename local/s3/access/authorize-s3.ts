import { authorize } from '../../iam/authorize.ts';
import type { Bucket } from '../bucket.ts';
import type { S3Call } from '../request/s3-call.ts';
import type { S3State } from '../s3-state.ts';
import { requestContext } from './request-context.ts';

interface Asked {
  /** e.g. `s3:GetObject` */
  readonly action: string;
  readonly bucket: Bucket;
  /** Absent for an action on the bucket itself. */
  readonly key?: string;
  /** Condition keys of this action, e.g. `s3:prefix`. */
  readonly context?: Readonly<Record<string, string>>;
}

/**
 * Lets pass what the caller's policies and the bucket's allow.
 *
 * @throws AwsError `AccessDenied`, which names action, resource and reason
 */
export function authorizeS3(state: S3State, call: S3Call, { action, bucket, key, context }: Asked): void {
  authorize({
    principal: call.principal,
    action,
    resource: key === undefined ? bucket.arn : `${bucket.arn}/${key}`,
    context: { ...requestContext(call, state.account), ...context },
    ...(bucket.policy && { resourcePolicy: bucket.policy }),
  });
}
