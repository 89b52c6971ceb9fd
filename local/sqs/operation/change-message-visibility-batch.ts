import * as z from 'zod';
import { authorizeSqs } from '../access/authorize-sqs.ts';
import type { Operation } from './operation.ts';
import { parseInput } from './parse-input.ts';
import { queueInput } from './queue-input.ts';
import { runBatch } from './run-batch.ts';
import { setVisibility } from './set-visibility.ts';

const schema = queueInput.extend({
  Entries: z.array(z.object({ Id: z.string(), ReceiptHandle: z.string(), VisibilityTimeout: z.number().nullish() })),
});

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibilityBatch.html */
export const changeMessageVisibilityBatch: Operation = (state, { principal }, given) => {
  const { QueueUrl, Entries } = parseInput(schema, given);
  const queue = state.queues.at(QueueUrl);
  authorizeSqs(state, principal, 'ChangeMessageVisibility', queue);
  return runBatch(Entries, ({ ReceiptHandle, VisibilityTimeout }) => {
    setVisibility(state, queue, ReceiptHandle, VisibilityTimeout ?? queue.visibilitySeconds);
    return {};
  });
};
