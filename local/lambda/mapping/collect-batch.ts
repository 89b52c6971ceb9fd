import type { QueueAccess } from '../../sqs/messages-of.ts';
import type { RenderedMessage } from '../../sqs/operation/render-message.ts';
import type { MappingDefinition } from './mapping-definition.ts';

/** As many as one receive gives. */
const receivedMax = 10;
const pollSeconds = 20;

/**
 * Waits for messages, and then for more as long as the batching window is open.
 * @returns none when nothing came within one long poll, or when the signal ended the waiting
 * @throws AwsError of SQS
 */
export async function collectBatch(
  queue: QueueAccess,
  { batchSize, windowMs }: MappingDefinition,
  signal: AbortSignal,
): Promise<RenderedMessage[]> {
  const receive = (size: number, until: AbortSignal): Promise<readonly RenderedMessage[]> =>
    queue.receive(Math.min(size, receivedMax), pollSeconds, until);
  const batch = [...(await receive(batchSize, signal))];
  if (batch.length === 0 || windowMs === 0) return batch;
  const closed = AbortSignal.any([signal, AbortSignal.timeout(windowMs)]);
  while (batch.length < batchSize && !closed.aborted) {
    batch.push(...(await receive(batchSize - batch.length, closed)));
  }
  return batch;
}
