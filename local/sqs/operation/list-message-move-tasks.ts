import * as z from 'zod';
import { authorizeSqs } from '../access/authorize-sqs.ts';
import { refusals } from '../refusals.ts';
import { inRange } from './in-range.ts';
import type { Operation } from './operation.ts';
import { parseInput } from './parse-input.ts';

const schema = z.object({ SourceArn: z.string(), MaxResults: z.number().nullish() });

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListMessageMoveTasks.html */
export const listMessageMoveTasks: Operation = (state, { principal }, given) => {
  const { SourceArn, MaxResults } = parseInput(schema, given);
  const queue = state.queues.withArn(SourceArn);
  if (queue === undefined) throw refusals.noResource('The resource that you specified does not exist.');
  authorizeSqs(state, principal, 'ListMessageMoveTasks', queue);
  const max = inRange('MaxResults', MaxResults ?? 1, 1, 10);
  const tasks = state.moveTasks.filter(({ sourceArn }) => sourceArn === queue.arn).slice(0, max);
  return {
    Results: tasks.map(({ sourceArn, destinationArn, startedAtMs, moved }) => ({
      Status: 'COMPLETED',
      SourceArn: sourceArn,
      DestinationArn: destinationArn,
      ApproximateNumberOfMessagesMoved: moved,
      ApproximateNumberOfMessagesToMove: moved,
      StartedTimestamp: startedAtMs,
    })),
  };
};
