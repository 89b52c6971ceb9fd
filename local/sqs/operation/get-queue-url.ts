import * as z from 'zod';
import { authorizeSqs } from '../access/authorize-sqs.ts';
import { refusals } from '../refusals.ts';
import type { Operation } from './operation.ts';
import { parseInput } from './parse-input.ts';

const schema = z.object({ QueueName: z.string(), QueueOwnerAWSAccountId: z.string().nullish() });

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueUrl.html */
export const getQueueUrl: Operation = (state, { principal }, given) => {
  const { QueueName, QueueOwnerAWSAccountId } = parseInput(schema, given);
  if ((QueueOwnerAWSAccountId ?? state.account) !== state.account) throw refusals.noQueue();
  const queue = state.queues.named(QueueName);
  authorizeSqs(state, principal, 'GetQueueUrl', queue);
  return { QueueUrl: state.urlOf(queue.name) };
};
