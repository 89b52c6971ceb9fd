import * as z from 'zod';
import { authorizeSqs } from '../access/authorize-sqs.ts';
import type { Operation } from './operation.ts';
import { parseInput } from './parse-input.ts';
import { queueInput } from './queue-input.ts';
import { setVisibility } from './set-visibility.ts';

const schema = queueInput.extend({ ReceiptHandle: z.string(), VisibilityTimeout: z.number() });

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html */
export const changeMessageVisibility: Operation = (state, { principal }, given) => {
  const { QueueUrl, ReceiptHandle, VisibilityTimeout } = parseInput(schema, given);
  const queue = state.queues.at(QueueUrl);
  authorizeSqs(state, principal, 'ChangeMessageVisibility', queue);
  setVisibility(state, queue, ReceiptHandle, VisibilityTimeout);
  return {};
};
