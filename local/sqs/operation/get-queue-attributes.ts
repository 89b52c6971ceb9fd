import * as z from 'zod';
import { authorizeSqs } from '../access/authorize-sqs.ts';
import type { Queue } from '../queue/queue.ts';
import { refusals } from '../refusals.ts';
import type { MessageCounts } from '../store/message-table.ts';
import type { Operation } from './operation.ts';
import { parseInput } from './parse-input.ts';
import { queueInput } from './queue-input.ts';

const schema = queueInput.extend({ AttributeNames: z.array(z.string()).nullish() });

const json = (value: object | undefined): string | undefined =>
  value === undefined ? undefined : JSON.stringify(value);
const seconds = (ms: number): string => String(Math.floor(ms / 1000));

const attributes: Readonly<Record<string, (queue: Queue, counts: MessageCounts) => string | undefined>> = {
  ApproximateNumberOfMessages: (_, { visible }) => String(visible),
  ApproximateNumberOfMessagesNotVisible: (_, { inFlight }) => String(inFlight),
  ApproximateNumberOfMessagesDelayed: (_, { delayed }) => String(delayed),
  CreatedTimestamp: ({ createdAtMs }) => seconds(createdAtMs),
  LastModifiedTimestamp: ({ createdAtMs }) => seconds(createdAtMs),
  DelaySeconds: ({ delaySeconds }) => String(delaySeconds),
  MaximumMessageSize: ({ messageBytesMax }) => String(messageBytesMax),
  MessageRetentionPeriod: ({ retentionSeconds }) => String(retentionSeconds),
  ReceiveMessageWaitTimeSeconds: ({ waitSeconds }) => String(waitSeconds),
  VisibilityTimeout: ({ visibilitySeconds }) => String(visibilitySeconds),
  QueueArn: ({ arn }) => arn,
  Policy: ({ policy }) => json(policy),
  RedrivePolicy: ({ redrive }) => json(redrive),
  RedriveAllowPolicy: ({ redriveAllow }) => json(redriveAllow),
  KmsMasterKeyId: ({ encryption }) => (encryption.by === 'kms' ? encryption.keyId : undefined),
  SqsManagedSseEnabled: ({ encryption }) => String(encryption.by === 'sqs'),
};

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html */
export const getQueueAttributes: Operation<{ readonly Attributes?: Readonly<Record<string, string>> }> = (
  state,
  { principal },
  given,
) => {
  const { QueueUrl, AttributeNames } = parseInput(schema, given);
  const queue = state.queues.at(QueueUrl);
  authorizeSqs(state, principal, 'GetQueueAttributes', queue);
  const names = AttributeNames?.includes('All') ? Object.keys(attributes) : (AttributeNames ?? []);
  const counts = state.messages.counts(queue, state.now());
  const values: Record<string, string> = {};
  for (const name of names) {
    const read = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    if (read === undefined) throw refusals.attributeName(name);
    const value = read(queue, counts);
    if (value !== undefined) values[name] = value;
  }
  return names.length === 0 ? {} : { Attributes: values };
};
