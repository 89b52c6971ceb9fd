import * as z from 'zod';
import { authorizeSqs } from '../access/authorize-sqs.ts';
import { useKey } from '../access/use-key.ts';
import { limits } from '../limits.ts';
import { systemAttributes } from '../message/system-attributes.ts';
import { refusals } from '../refusals.ts';
import { inRange } from './in-range.ts';
import type { Operation } from './operation.ts';
import { parseInput } from './parse-input.ts';
import { queueInput } from './queue-input.ts';
import { type RenderedMessage, renderMessage } from './render-message.ts';

const names = z.array(z.string()).nullish();
const schema = queueInput.extend({
  MaxNumberOfMessages: z.number().nullish(),
  VisibilityTimeout: z.number().nullish(),
  WaitTimeSeconds: z.number().nullish(),
  AttributeNames: names,
  MessageSystemAttributeNames: names,
  MessageAttributeNames: names,
});

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
export const receiveMessage: Operation<{ readonly Messages?: readonly RenderedMessage[] }> = async (
  state,
  { principal, signal },
  given,
) => {
  const input = parseInput(schema, given);
  const queue = state.queues.at(input.QueueUrl);
  authorizeSqs(state, principal, 'ReceiveMessage', queue);
  useKey(state, principal, queue, 'receive');
  const max = inRange('MaxNumberOfMessages', input.MaxNumberOfMessages ?? 1, 1, 10);
  const waitSeconds = inRange('WaitTimeSeconds', input.WaitTimeSeconds ?? queue.waitSeconds, 0, limits.waitSecondsMax);
  const visibility = input.VisibilityTimeout ?? queue.visibilitySeconds;
  const visibilityMs = inRange('VisibilityTimeout', visibility, 0, limits.visibilitySecondsMax) * 1000;
  const wanted = {
    systemAttributes: [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])],
    attributes: input.MessageAttributeNames ?? [],
  };
  const unknown = wanted.systemAttributes.find((name) => name !== 'All' && !systemAttributes.has(name));
  if (unknown !== undefined) throw refusals.attributeName(unknown);

  const endsAt = performance.now() + waitSeconds * 1000;
  while (!signal?.aborted) {
    const { taken, moved } = state.messages.take(queue, max, visibilityMs, state.now());
    if (moved > 0) state.arrivals.tell(queue.redrive?.deadLetterTargetArn.split(':').at(-1) ?? '');
    if (taken.length > 0) return { Messages: taken.map((message) => renderMessage(queue, message, wanted)) };
    const leftMs = endsAt - performance.now();
    if (leftMs <= 0 || state.arrivals.stopped) return {};
    const now = state.now();
    const nextMs = (state.messages.nextVisibleAtMs(queue.name, now) ?? Number.POSITIVE_INFINITY) - now;
    await state.arrivals.wait(queue.name, Math.min(leftMs, nextMs), signal);
  }
  return {};
};
