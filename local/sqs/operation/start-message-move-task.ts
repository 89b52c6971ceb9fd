import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { authorizeSqs } from '../access/authorize-sqs.ts';
import { useKey } from '../access/use-key.ts';
import type { Queue } from '../queue/queue.ts';
import { refusals } from '../refusals.ts';
import { inRange } from './in-range.ts';
import type { Operation } from './operation.ts';
import { parseInput } from './parse-input.ts';

const schema = z.object({
  SourceArn: z.string(),
  DestinationArn: z.string().nullish(),
  MaxNumberOfMessagesPerSecond: z.number().nullish(),
});

/** As many as AWS lists. */
const rememberedMax = 10;

/**
 * Moves everything that is visible in a dead-letter queue at once, whatever the rate that is asked for.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
 */
export const startMessageMoveTask: Operation = (state, { principal }, given) => {
  const input = parseInput(schema, given);
  const source = queueOf(input.SourceArn);
  for (const action of ['StartMessageMoveTask', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']) {
    authorizeSqs(state, principal, action, source);
  }
  useKey(state, principal, source, 'receive');
  const fed = state.queues.all().filter(({ redrive }) => redrive?.deadLetterTargetArn === source.arn);
  if (fed.length === 0) throw refusals.value('Source queue must be configured as a Dead Letter Queue.');
  const destinations = input.DestinationArn == null ? fed : [queueOf(input.DestinationArn)];
  for (const destination of destinations) {
    authorizeSqs(state, principal, 'SendMessage', destination);
    useKey(state, principal, destination, 'send');
  }
  inRange('MaxNumberOfMessagesPerSecond', input.MaxNumberOfMessagesPerSecond ?? 500, 1, 500);

  const now = state.now();
  const moved = state.messages.moveBack(source.name, now, (from) =>
    input.DestinationArn == null ? destinations.find(({ arn }) => arn === from)?.name : destinations[0]?.name,
  );
  for (const { name } of destinations) state.arrivals.tell(name);
  const destinationArn = input.DestinationArn ?? undefined;
  state.moveTasks.unshift({ sourceArn: source.arn, destinationArn, startedAtMs: now, moved });
  state.moveTasks.length = Math.min(state.moveTasks.length, rememberedMax);
  return {
    TaskHandle: Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn: source.arn })).toString('base64'),
  };

  function queueOf(arn: string): Queue {
    const queue = state.queues.withArn(arn);
    if (queue === undefined) throw refusals.noResource('The resource that you specified does not exist.');
    return queue;
  }
};
