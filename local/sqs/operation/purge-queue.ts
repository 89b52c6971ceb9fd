import { authorizeSqs } from '../access/authorize-sqs.ts';
import { refusals } from '../refusals.ts';
import type { Operation } from './operation.ts';
import { parseInput } from './parse-input.ts';
import { queueInput } from './queue-input.ts';

const pauseMs = 60_000;

/** Deletes at once what AWS takes up to a minute for. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html */
export const purgeQueue: Operation = (state, { principal }, given) => {
  const queue = state.queues.at(parseInput(queueInput, given).QueueUrl);
  authorizeSqs(state, principal, 'PurgeQueue', queue);
  const now = state.now();
  if (now - (state.purges.get(queue.name) ?? Number.NEGATIVE_INFINITY) < pauseMs) throw refusals.purging(queue.name);
  state.purges.set(queue.name, now);
  state.messages.purge(queue.name);
  return {};
};
