import * as z from 'zod';
import type { ResourceType } from '../../cloudformation/resource-type.ts';
import { limits } from '../limits.ts';
import type { QueueEncryption, Redrive } from '../queue/queue.ts';
import type { SqsState } from '../sqs-state.ts';

const standardOnly = { error: 'FIFO queues are not part of the local cloud: use a standard queue' };
const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

const properties = z.strictObject({
  QueueName: z
    .string()
    .regex(/^[\w-]{1,80}$/, 'not a name that SQS gives to a standard queue')
    .optional(),
  FifoQueue: z.literal(false, standardOnly).optional(),
  DelaySeconds: whole(0, limits.delaySecondsMax).default(0),
  MaximumMessageSize: whole(1024, limits.messageBytesMax).default(limits.messageBytesMax),
  MessageRetentionPeriod: whole(60, 1_209_600).default(345_600),
  ReceiveMessageWaitTimeSeconds: whole(0, limits.waitSecondsMax).default(0),
  VisibilityTimeout: whole(0, limits.visibilitySecondsMax).default(30),
  RedrivePolicy: z.strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: whole(1, 1000) }).optional(),
  RedriveAllowPolicy: z
    .strictObject({
      redrivePermission: z.enum(['allowAll', 'denyAll', 'byQueue']),
      sourceQueueArns: z.array(z.string()).max(10).optional(),
    })
    .optional(),
  KmsMasterKeyId: z.string().optional(),
  SqsManagedSseEnabled: z.boolean().optional(),
});

/**
 * `AWS::SQS::Queue`: `Ref` is its URL.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html
 */
export const queueResource = (state: SqsState): ResourceType<typeof properties> => ({
  type: 'AWS::SQS::Queue',
  properties,
  noLocalEffect: {
    KmsDataKeyReusePeriodSeconds:
      'nothing is encrypted here, so there are no data keys; the KMS key is asked each time',
    Tags: 'for people and for bills; no policy here may refer to tags',
  },
  create: async ({ properties: queue, physicalId, region, account }) => {
    const name = queue.QueueName ?? physicalId;
    const arn = `arn:aws:sqs:${region}:${account}:${name}`;
    if (queue.RedrivePolicy !== undefined) checkRedrive(state, arn, queue.RedrivePolicy);
    state.queues.put({
      name,
      arn,
      createdAtMs: state.messages.queueCreatedAtMs(name, state.now()),
      delaySeconds: queue.DelaySeconds,
      messageBytesMax: queue.MaximumMessageSize,
      retentionSeconds: queue.MessageRetentionPeriod,
      waitSeconds: queue.ReceiveMessageWaitTimeSeconds,
      visibilitySeconds: queue.VisibilityTimeout,
      redrive: queue.RedrivePolicy,
      redriveAllow: queue.RedriveAllowPolicy,
      encryption: encryptionOf(state, queue),
    });
    const url = state.urlOf(name);
    return { ref: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
  },
});

/** @throws Error when there is no such dead-letter queue, or it does not take from this queue */
function checkRedrive({ queues }: SqsState, arn: string, { deadLetterTargetArn }: Redrive): void {
  const target = queues.withArn(deadLetterTargetArn);
  if (target === undefined) throw new Error(`the dead-letter queue ${deadLetterTargetArn} does not exist`);
  const { redrivePermission = 'allowAll', sourceQueueArns = [] } = target.redriveAllow ?? {};
  const allowed =
    redrivePermission === 'allowAll' || (redrivePermission === 'byQueue' && sourceQueueArns.includes(arn));
  if (!allowed) throw new Error(`the RedriveAllowPolicy of ${deadLetterTargetArn} does not let it take from ${arn}`);
}

/** AWS's own key for SQS: it has no policy to be asked. */
const managedKey = /^(arn:aws:kms:[\w-]+:\d{12}:)?alias\/aws\/sqs$/;

function encryptionOf(
  { keys }: SqsState,
  { KmsMasterKeyId, SqsManagedSseEnabled = true }: z.infer<typeof properties>,
): QueueEncryption {
  if (KmsMasterKeyId === undefined) return { by: SqsManagedSseEnabled ? 'sqs' : 'nothing' };
  if (managedKey.test(KmsMasterKeyId)) return { by: 'kms', keyId: KmsMasterKeyId };
  return { by: 'kms', keyId: KmsMasterKeyId, keyArn: keys.arnOf(KmsMasterKeyId) };
}
