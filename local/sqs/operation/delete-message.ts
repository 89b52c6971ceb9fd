import * as z from 'zod';
import { authorizeSqs } from '../access/authorize-sqs.ts';
import { receiptHandle } from '../message/receipt-handle.ts';
import type { Operation } from './operation.ts';
import { parseInput } from './parse-input.ts';
import { queueInput } from './queue-input.ts';

const schema = queueInput.extend({ ReceiptHandle: z.string() });

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html */
export const deleteMessage: Operation = (state, { principal }, given) => {
  const { QueueUrl, ReceiptHandle } = parseInput(schema, given);
  const queue = state.queues.at(QueueUrl);
  authorizeSqs(state, principal, 'DeleteMessage', queue);
  state.messages.delete(queue.name, [receiptHandle.read(queue.arn, ReceiptHandle)]);
  return {};
};
