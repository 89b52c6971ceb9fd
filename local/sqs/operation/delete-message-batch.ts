import * as z from 'zod';
import { authorizeSqs } from '../access/authorize-sqs.ts';
import { receiptHandle } from '../message/receipt-handle.ts';
import type { Receipt } from '../store/message-table.ts';
import type { Operation } from './operation.ts';
import { parseInput } from './parse-input.ts';
import { queueInput } from './queue-input.ts';
import { runBatch } from './run-batch.ts';

const schema = queueInput.extend({ Entries: z.array(z.object({ Id: z.string(), ReceiptHandle: z.string() })) });

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html */
export const deleteMessageBatch: Operation = (state, { principal }, given) => {
  const { QueueUrl, Entries } = parseInput(schema, given);
  const queue = state.queues.at(QueueUrl);
  authorizeSqs(state, principal, 'DeleteMessage', queue);
  const receipts: Receipt[] = [];
  const output = runBatch(Entries, ({ ReceiptHandle }) => {
    receipts.push(receiptHandle.read(queue.arn, ReceiptHandle));
    return {};
  });
  state.messages.delete(queue.name, receipts);
  return output;
};
