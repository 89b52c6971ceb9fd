import { authorize } from '../../iam/authorize.ts';
import type { Principal } from '../../iam/principal.ts';
import type { Queue } from '../queue/queue.ts';
import type { SqsState } from '../sqs-state.ts';

/**
 * Lets pass what the caller's policies or the queue's allow.
 *
 * @param action e.g. `SendMessage`; batches ask as the action that they are many of
 * @throws AwsError `AccessDenied`
 */
export function authorizeSqs({ account }: SqsState, principal: Principal, action: string, queue: Queue): void {
  authorize({
    principal,
    action: `sqs:${action}`,
    resource: queue.arn,
    context: { 'aws:ResourceAccount': account },
    ...(queue.policy && { resourcePolicy: queue.policy }),
  });
}
