import { AwsError } from '../../endpoint/aws-call.ts';
import type { Principal } from '../../iam/principal.ts';
import type { Queue } from '../queue/queue.ts';
import { SqsError } from '../sqs-error.ts';
import type { SqsState } from '../sqs-state.ts';

/**
 * Under a KMS key a producer needs `kms:GenerateDataKey` and `kms:Decrypt`, a consumer `kms:Decrypt`. SQS reuses data keys for some
 * minutes and asks only then; here every call is asked, so that what works by chance fails at once.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 *
 * @throws SqsError KmsAccessDenied, KmsDisabled, KmsNotFound
 */
export function useKey(state: SqsState, principal: Principal, queue: Queue, use: 'send' | 'receive'): void {
  if (queue.encryption.by !== 'kms' || queue.encryption.keyArn === undefined) return;
  const actions = use === 'send' ? ['kms:GenerateDataKey', 'kms:Decrypt'] : ['kms:Decrypt'];
  for (const action of actions) {
    try {
      state.keys.authorizeUse(principal, queue.encryption.keyArn, action, {
        'kms:ViaService': `sqs.${state.region}.amazonaws.com`,
        'kms:EncryptionContext:aws:sqs:arn': queue.arn,
        'kms:EncryptionContextKeys': 'aws:sqs:arn',
      });
    } catch (error) {
      throw error instanceof AwsError ? refused(error) : error;
    }
  }
}

const refused = ({ code, message }: AwsError): SqsError => {
  const name = { NotFoundException: 'KmsNotFound', DisabledException: 'KmsDisabled' }[code];
  return name === undefined
    ? new SqsError('KmsAccessDenied', 400, message, 'KMS.AccessDeniedException')
    : new SqsError(name, 400, message, `KMS.${code}`);
};
